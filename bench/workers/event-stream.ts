// Sends a stream of order events as NDJSON over one connection and reads the answers, one line each.
import { request } from "node:http";
import { childInput, endWithParent, say } from "../lib/child.ts";
import { createRandom, createZipf } from "../lib/random.ts";

export interface EventStreamInput {
  readonly port: number;
  readonly key: string;
  readonly skus: readonly string[];
  readonly prefix: string;
  readonly lines: number;
  readonly seed: number;
}

export interface EventStreamAnswer {
  readonly lines: number;
  readonly seconds: number;
  /** Answers that say something other than applied. */
  readonly other: number;
}

const linesPerPiece = 512;
const newline = 0x0a;

/** All bytes beforehand: what is measured is the server. */
function createPieces({ skus, prefix, lines, seed }: EventStreamInput): Buffer[] {
  const zipf = createZipf(skus.length, createRandom(seed));
  const updatedAt = new Date(Date.now() - 60_000).toISOString();
  const pieces: Buffer[] = [];
  for (let start = 0; start < lines; start += linesPerPiece) {
    let text = "";
    for (let index = start; index < Math.min(lines, start + linesPerPiece); index += 1) {
      const id = prefix + String(index).padStart(12, "0");
      const line = { sku: skus[zipf()], quantity: 1, amount: 9_900 };
      const event = { channel: "douyin", orderId: id, updatedAt, stage: "paid", buyer: id, lines: [line] };
      text += `${JSON.stringify(event)}\n`;
    }
    pieces.push(Buffer.from(text));
  }
  return pieces;
}

function countOf(bytes: Buffer, text: string): number {
  let count = 0;
  for (let at = bytes.indexOf(text); at !== -1; at = bytes.indexOf(text, at + 1)) count += 1;
  return count;
}

async function stream(input: EventStreamInput): Promise<EventStreamAnswer> {
  const pieces = createPieces(input);
  const outgoing = request({
    host: "127.0.0.1",
    port: input.port,
    path: "/api/v1/order-events",
    method: "POST",
    headers: { authorization: `Bearer ${input.key}`, "content-type": "application/x-ndjson" },
  });
  const startedAt = performance.now();
  let answered = 0;
  const answers: Buffer[] = [];
  const done = new Promise<void>((resolve, reject) => {
    outgoing.on("error", reject);
    outgoing.on("response", (response) => {
      response.on("error", reject);
      response.on("data", (chunk: Buffer) => {
        answers.push(chunk);
        for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, at + 1)) answered += 1;
      });
      response.on("end", resolve);
    });
  });
  const send = async (): Promise<void> => {
    for (const piece of pieces) {
      if (!outgoing.write(piece)) await new Promise((resolve) => outgoing.once("drain", resolve));
    }
    outgoing.end();
  };
  await Promise.all([done, send()]);
  const seconds = (performance.now() - startedAt) / 1_000;
  const applied = countOf(Buffer.concat(answers), '"result":"applied"');
  return { lines: answered, seconds, other: answered - applied };
}

endWithParent();
say(await stream(childInput<EventStreamInput>()));
process.exit(0);
