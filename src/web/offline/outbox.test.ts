import assert from "node:assert/strict";
import { test } from "node:test";
import type { CloseBinsBody, EntriesBody, ItemResult } from "../../api/counts.ts";
import type { TransferItem, TransferReceiveBody } from "../../api/floor.ts";
import type { InboundBody, InboundItem, SignedCountBody } from "../../api/inbound.ts";
import type { OutboundAnswer, OutboundEntriesBody, ParcelsBody } from "../../api/outbound.ts";
import { ApiError } from "../api.ts";
import { Outbox, type Transport } from "./outbox.ts";
import {
  addSample,
  firstRun,
  offlineLimits,
  type ClockSample,
  type CountRecord,
  type RecordStore,
  type Settled,
} from "./records.ts";

/** The phone's store in memory. */
class Shelf implements RecordStore {
  records: CountRecord[] = [];
  clock: readonly ClockSample[] = [];
  waiting = (person: string) =>
    Promise.resolve(this.records.filter((one) => one.person === person && one.state === "waiting"));
  settle(settled: readonly Settled[]): Promise<void> {
    const byNumber = new Map(settled.map((one) => [one.number, one]));
    this.records = this.records.map((one) => ({ ...one, ...byNumber.get(one.number) }));
    return Promise.resolve();
  }
  samples = () => Promise.resolve(this.clock);
  addSample(sample: ClockSample): Promise<void> {
    this.clock = addSample(this.clock, sample);
    return Promise.resolve();
  }
  device = () => Promise.resolve("phone-1");
  count(id: string, more: Partial<CountRecord> = {}): void {
    const number = this.records.length + 1;
    const entry = { id, bin: "A-01", sku: "X", quantity: 1 };
    const base = { kind: "entry", person: "p", sheet: "s", state: "waiting", at: 0, words: null };
    this.records.push({ ...base, number, entry, code: "X", name: "X", ...more } as CountRecord);
  }
  close(bin: string): void {
    this.count(bin, { kind: "close", close: { bin } } as Partial<CountRecord>);
  }
}

type Body =
  | EntriesBody
  | CloseBinsBody
  | OutboundEntriesBody
  | ParcelsBody
  | InboundBody
  | SignedCountBody
  | TransferReceiveBody;

/** A server that remembers ids, and fails when it is told to. */
class Server implements Transport {
  readonly applied: string[] = [];
  readonly asked: Body[] = [];
  /** For each question: `lost` is taken in but its answer never arrives. */
  script: (number | "lost")[] = [];
  refuse = new Set<string>();
  #answer(body: Body, ids: readonly string[]) {
    this.asked.push(body);
    const failure = this.script.shift();
    if (typeof failure === "number") return Promise.reject(new ApiError(failure, "failed"));
    const results = ids.map((id): ItemResult => {
      if (this.refuse.has(id)) return { id, result: "refused", words: { zh: "不收", en: "no" } };
      if (this.applied.includes(id)) return { id, result: "duplicate" };
      this.applied.push(id);
      return { id, result: "applied" };
    });
    if (failure === "lost") return Promise.reject(new ApiError(0, "offline"));
    return Promise.resolve({ results, again: [], serverAt: "2026-11-11T12:00:00.000Z" });
  }
  entries = (_sheet: string, body: EntriesBody) =>
    this.#answer(
      body,
      body.entries.map((one) => one.id),
    );
  closes = (_sheet: string, body: CloseBinsBody) =>
    this.#answer(
      body,
      body.bins.map((one) => one.bin),
    );
  picks = async (_wave: string, body: OutboundEntriesBody) =>
    (await this.#answer(
      body,
      body.entries.map((one) => one.id),
    )) as unknown as OutboundAnswer;
  parcels = async (_wave: string, body: ParcelsBody) =>
    (await this.#answer(
      body,
      body.parcels.map((one) => one.id),
    )) as unknown as OutboundAnswer;
  opens = async (body: InboundBody) =>
    (await this.#answer(body, [body.receipt ?? ""])) as unknown as InboundItem;
  signs = async (_receipt: string, body: SignedCountBody, key: string) =>
    (await this.#answer(body, [key])) as unknown as InboundItem;
  arrives = async (_transfer: string, body: TransferReceiveBody, key: string) =>
    (await this.#answer(body, [key])) as unknown as TransferItem;
}

function phone() {
  const [shelf, server] = [new Shelf(), new Server()];
  const timed: { ms: number; act: () => void }[] = [];
  const timers = {
    now: () => 1_000,
    after: (ms: number, act: () => void) => {
      timed.push({ ms, act });
      return () => undefined;
    },
  };
  const outbox = new Outbox({
    store: shelf,
    transport: server,
    timers,
    person: "p",
    onSettled: () => undefined,
  });
  return { shelf, server, timed, outbox };
}
/** Something done at a shelf, or a parcel. */
function outboundRecord(shelf: Shelf, id: string, kind: "pick" | "parcel", at: number): void {
  const pick = { kind: "missing", id, task: "1", units: 1 };
  const parcel = { id, channel: "douyin", orderId: "o", waybill: id };
  shelf.count(id, {
    kind,
    at,
    name: "",
    ...(kind === "pick" ? { pick } : { parcel }),
  } as Partial<CountRecord>);
}
const statesOf = (shelf: Shelf) => shelf.records.map((one) => one.state);

test("what was counted goes in the order in which it was counted, closes after the entries of their bin", async () => {
  const { shelf, server, outbox } = phone();
  shelf.count("a");
  shelf.count("b");
  shelf.close("A-01");
  shelf.count("c");
  await outbox.kick();
  assert.deepEqual(server.applied, ["a", "b", "A-01", "c"]);
  assert.equal(server.asked.length, 3);
  assert.deepEqual(statesOf(shelf), ["sent", "sent", "sent", "sent"]);
  assert.equal(outbox.state.get(), "idle");
  assert.equal(shelf.clock.length, 3);
});

test("without a network everything stays on the phone, and is tried again later and later", async () => {
  const { shelf, server, timed, outbox } = phone();
  shelf.count("a");
  server.script = [0, 503, 0];
  await outbox.kick();
  assert.equal(outbox.state.get(), "offline");
  await outbox.kick();
  await outbox.kick();
  assert.deepEqual(
    timed.map((one) => one.ms),
    [1_000, 2_000, 4_000],
  );
  assert.deepEqual(statesOf(shelf), ["waiting"]);
  await outbox.kick();
  assert.deepEqual([server.applied, statesOf(shelf), outbox.state.get()], [["a"], ["sent"], "idle"]);
});

test("an answer that was lost leads to the same entry once more, which counts once", async () => {
  const { shelf, server, outbox } = phone();
  shelf.count("a");
  server.script = ["lost"];
  await outbox.kick();
  await outbox.kick();
  assert.deepEqual([server.applied, server.asked.length, statesOf(shelf)], [["a"], 2, ["sent"]]);
});

test("one that is refused keeps no other back, and stays on the phone with the server's words", async () => {
  const { shelf, server, outbox } = phone();
  shelf.count("a");
  shelf.count("b");
  server.refuse.add("a");
  await outbox.kick();
  assert.deepEqual(statesOf(shelf), ["refused", "sent"]);
  assert.deepEqual(shelf.records[0]?.words, { zh: "不收", en: "no" });
  // A request that is refused as a whole is taken apart.
  shelf.count("c");
  shelf.count("d");
  server.script = [400, 400];
  await outbox.kick();
  assert.deepEqual(statesOf(shelf), ["refused", "sent", "refused", "sent"]);
});

test("nothing is sent as another person's, and nothing while nobody is signed in", async () => {
  const { shelf, server, outbox } = phone();
  shelf.count("theirs", { person: "q" });
  shelf.count("mine");
  server.script = [401];
  await outbox.kick();
  assert.equal(outbox.state.get(), "signed_out");
  await outbox.kick();
  assert.deepEqual(server.applied, ["mine"]);
  assert.deepEqual(statesOf(shelf), ["waiting", "sent"]);
});

test("a request holds one sheet, one kind, and no more than it may", () => {
  const shelf = new Shelf();
  for (let at = 0; at < offlineLimits.entriesPerRequestMax + 5; at += 1) shelf.count(`e${at}`);
  assert.equal(firstRun(shelf.records).length, offlineLimits.entriesPerRequestMax);
  shelf.records = [];
  shelf.count("a");
  shelf.count("b", { sheet: "other" });
  assert.deepEqual(
    firstRun(shelf.records).map((one) => one.number),
    [1],
  );
  assert.deepEqual(firstRun([]), []);
});

test("picks and parcels go in their order; what waited on the phone says so", async () => {
  const { shelf, server, outbox } = phone();
  outboundRecord(shelf, "p1", "pick", -offlineLimits.queuedMs);
  outboundRecord(shelf, "p2", "pick", 900);
  outboundRecord(shelf, "s1", "parcel", 950);
  outboundRecord(shelf, "p3", "pick", 960);
  await outbox.kick();
  assert.deepEqual(server.applied, ["p1", "p2", "s1", "p3"]);
  const [first, second] = server.asked;
  assert.ok(first !== undefined && "entries" in first && second !== undefined && "parcels" in second);
  assert.deepEqual(
    first.entries.map(({ queued }) => queued),
    [true, false],
  );
  assert.deepEqual(statesOf(shelf), ["sent", "sent", "sent", "sent"]);
});

/** A receipt that was opened on the phone, and its signature. */
function receiptRecords(shelf: Shelf, receipt: string): void {
  const sign = { lines: [{ sku: "X", quantity: 2, lot: "L-9", expiresOn: "2027-02-28" }] };
  shelf.count("", { kind: "open", sheet: receipt, open: { receipt } } as Partial<CountRecord>);
  shelf.count("", { kind: "sign", sheet: receipt, key: `key-${receipt}`, sign } as Partial<CountRecord>);
}

test("[U7] a receipt is opened and signed without a network, and sent in that order, each on its own", async () => {
  const { shelf, server, outbox } = phone();
  receiptRecords(shelf, "R1");
  receiptRecords(shelf, "R2");
  server.script = [0];
  await outbox.kick();
  assert.deepEqual([outbox.state.get(), server.applied], ["offline", []]);
  await outbox.kick();
  assert.deepEqual(server.applied, ["R1", "key-R1", "R2", "key-R2"]);
  assert.deepEqual(statesOf(shelf), ["sent", "sent", "sent", "sent"]);
  // Their answers say nothing of the server's clock.
  assert.deepEqual(shelf.clock, []);
});

test("[U7] a signature whose answer was lost goes again by its name and counts once; a refusal has words", async () => {
  const { shelf, server, outbox } = phone();
  receiptRecords(shelf, "R1");
  server.script = [500, "lost", "lost"];
  for (let turn = 0; turn < 4; turn += 1) await outbox.kick();
  assert.deepEqual([server.applied, outbox.state.get()], [["R1", "key-R1"], "idle"]);
  assert.deepEqual(statesOf(shelf), ["sent", "sent"]);
  receiptRecords(shelf, "R2");
  server.script = [403];
  await outbox.kick();
  assert.deepEqual(statesOf(shelf), ["sent", "sent", "refused", "sent"]);
  assert.equal(typeof shelf.records[2]?.words?.zh, "string");
});

test("[H15] what arrives of a transfer is sent in its turn under its own key, once, whatever answer was lost", async () => {
  const { shelf, server, outbox } = phone();
  const arrive = { lines: [{ sku: "X", quantity: 3 }] };
  const record = (key: string) =>
    shelf.count(key, { kind: "arrive", sheet: "T1", key, arrive } as unknown as Partial<CountRecord>);
  record("k1");
  record("k2");
  server.script = ["lost"];
  await outbox.kick();
  assert.deepEqual([outbox.state.get(), server.applied], ["offline", ["k1"]]);
  await outbox.kick();
  assert.deepEqual([outbox.state.get(), server.applied], ["idle", ["k1", "k2"]]);
  assert.deepEqual(
    shelf.records.map(({ state }) => state),
    ["sent", "sent"],
  );
});
