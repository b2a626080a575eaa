import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LineSplitter, type StreamLine } from "./lines.ts";

const lineBytesMax = 40;

/** The plain way: everything at once. */
function linesOf(bytes: Buffer): StreamLine[] {
  const lines: StreamLine[] = [];
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(0x0a, start);
    const line = bytes.subarray(start, end === -1 ? bytes.length : end);
    start = end === -1 ? bytes.length : end + 1;
    if (line.length > lineBytesMax) {
      lines.push({ broken: "line_too_long" });
      continue;
    }
    try {
      lines.push({ text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(line) });
    } catch {
      lines.push({ broken: "invalid_encoding" });
    }
  }
  return lines;
}

function splitBy(chunks: readonly Buffer[]): StreamLine[] {
  const splitter = new LineSplitter(lineBytesMax);
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.finish()];
}

const piece = fc.oneof(
  fc
    .constantFrom("{}", "商品", "😀", "\n", "\n\n", "\r\n", "é", "x".repeat(30), "长".repeat(20))
    .map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
);

test("however the bytes are cut into chunks, the lines are the same", () => {
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 60 }),
      fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 20 }),
      (pieces, cuts) => {
        // A mark at the very beginning has its own test.
        const bytes = Buffer.concat([Buffer.from("-"), ...pieces]);
        const chunks: Buffer[] = [];
        for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
          const end = start + 1 + (cuts[turn % cuts.length] ?? 0) ** 2;
          chunks.push(bytes.subarray(start, end));
          start = end;
        }
        assert.deepEqual(splitBy(chunks), linesOf(bytes));
      },
    ),
    { numRuns: 2_000 },
  );
});

test("a byte order mark at the beginning is no part of the first line", () => {
  assert.deepEqual(splitBy([Buffer.from("\ufeff{}\n{}")]), [{ text: "{}" }, { text: "{}" }]);
  assert.deepEqual(splitBy([...Buffer.from("\ufeff{}")].map((byte) => Buffer.from([byte]))), [
    { text: "{}" },
  ]);
});

test("a line that never ends is dropped as it comes", () => {
  const splitter = new LineSplitter(1_000);
  for (let chunk = 0; chunk < 1_000; chunk += 1)
    assert.deepEqual(splitter.push(Buffer.alloc(65_536, "x")), []);
  assert.deepEqual(splitter.push(Buffer.from("x\n{}\n")), [{ broken: "line_too_long" }, { text: "{}" }]);
});
