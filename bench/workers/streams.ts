// Many readers of the live stream in one process, and a buyer beside them: how long after the answer to a
// reservation each reader is told of it.
import { Agent, request } from "node:http";
import { connect, type Socket } from "node:net";
import { answerRequests, childInput, say } from "../lib/child.ts";
import { Latencies } from "../lib/stats.ts";

export interface StreamsInput {
  readonly port: number;
  readonly key: string;
  readonly sku: string;
  readonly prefix: string;
  /** The stream that is read. */
  readonly path: string;
  /** What stands before the journal's number in each of its messages. */
  readonly mark: string;
}

export type StreamsRequest =
  | { readonly ask: "open"; readonly streams: number }
  | { readonly ask: "probe"; readonly seconds: number };

export interface StreamsAnswer {
  readonly open: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Reservations, each of which every reader must have been told of. */
  readonly probes: number;
  /** Readers times reservations that nobody had been told of in time. */
  readonly missed: number;
}

const probeEveryMs = 250;
const openAtOnce = 50;
const lateMsMax = 5_000;
const endMark = Buffer.from("\n\n");

const { port, key, sku, prefix, path, mark } = childInput<StreamsInput>();
const seqMark = Buffer.from(mark);
/** A reservation, when it was answered and with which number. */
interface Probe {
  readonly seq: number;
  readonly at: number;
}
const probes: Probe[] = [];
let latencies = new Latencies();
const agent = new Agent({ keepAlive: true });

/** One reader: it knows the number up to which it was told everything. */
class Reader {
  readonly socket: Socket;
  seq = 0;
  isOpen = true;
  /** The first probe that it has not been told of. */
  next = 0;
  #coming: number | null = null;

  constructor(opened: () => void) {
    this.socket = connect(port, "127.0.0.1");
    this.socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${key}\r\nAccept: text/event-stream\r\n\r\n`,
    );
    this.socket.on("data", (chunk: Buffer) => {
      if (this.seq === 0 && this.#coming === null) opened();
      this.#read(chunk);
    });
    this.socket.on("error", () => undefined);
    this.socket.on("close", () => {
      this.isOpen = false;
    });
  }

  #read(chunk: Buffer): void {
    for (let from = 0; from < chunk.length;) {
      const end = chunk.indexOf(endMark, from);
      // The first number of a message is the journal's; there may be others behind it.
      const at = this.#coming === null ? chunk.indexOf(seqMark, from) : -1;
      if (at !== -1 && (end === -1 || at < end)) {
        const digits = at + seqMark.length;
        this.#coming = Number.parseInt(chunk.toString("latin1", digits, digits + 20), 10);
      }
      if (end === -1) return;
      from = end + endMark.length;
      if (this.#coming === null) continue;
      this.seq = this.#coming;
      this.#coming = null;
      this.settle(performance.now());
    }
  }

  /** Counts the probes that it has been told of. An event may be there before the answer itself: that is no wait. */
  settle(now: number): void {
    for (
      let probe = probes[this.next];
      probe !== undefined && probe.seq <= this.seq;
      probe = probes[this.next]
    ) {
      latencies.add(Math.max(0, now - probe.at));
      this.next += 1;
    }
  }
}

const readers: Reader[] = [];

async function open(streams: number): Promise<void> {
  while (readers.length < streams) {
    const some = Math.min(openAtOnce, streams - readers.length);
    const opened = Array.from(
      { length: some },
      () => new Promise<void>((resolve) => readers.push(new Reader(resolve))),
    );
    await Promise.all(opened);
  }
}

let sent = 0;

/** Reserves one unit, and answers with the number of the journal once the answer is here. */
function reserve(): Promise<number> {
  sent += 1;
  const id = `${prefix}${String(sent).padStart(12, "0")}`;
  const body = JSON.stringify({ channel: "douyin", orderId: id, buyer: id, lines: [{ sku, quantity: 1 }] });
  const headers = {
    authorization: `Bearer ${key}`,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  };
  const target = { host: "127.0.0.1", port, path: "/api/v1/reservations", method: "POST", headers, agent };
  return new Promise((resolve, reject) => {
    const outgoing = request(target, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString("utf8");
      });
      response.on("end", () => {
        if (response.statusCode === 201) resolve((JSON.parse(text) as { seq: number }).seq);
        else reject(new Error(`reservation ${response.statusCode}: ${text}`));
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function probe(seconds: number): Promise<StreamsAnswer> {
  latencies = new Latencies();
  const first = probes.length;
  for (const reader of readers) reader.next = first;
  const endAt = performance.now() + seconds * 1_000;
  while (performance.now() < endAt) {
    const seq = await reserve();
    const at = performance.now();
    probes.push({ seq, at });
    // A reader that has heard of it already waits for nothing.
    for (const reader of readers) reader.settle(at);
    await pause(probeEveryMs);
  }
  const waited = (): boolean => readers.some((reader) => reader.isOpen && reader.next < probes.length);
  for (const lateAt = performance.now() + lateMsMax; waited() && performance.now() < lateAt;) await pause(20);
  const made = probes.length - first;
  return {
    open: readers.filter((reader) => reader.isOpen).length,
    p50Ms: latencies.percentile(50),
    p99Ms: latencies.percentile(99),
    probes: made,
    missed: made * readers.length - latencies.count,
  };
}

say({ ready: true });
await answerRequests(async (asked) => {
  const wanted = asked as StreamsRequest;
  if (wanted.ask === "probe") return probe(wanted.seconds);
  await open(wanted.streams);
  return { open: readers.filter((reader) => reader.isOpen).length };
});
process.exit(0);
