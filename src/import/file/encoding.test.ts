import assert from "node:assert/strict";
import { test } from "node:test";
import { ImportFileError } from "../problem.ts";
import { decodeText, detectEncoding } from "./encoding.ts";
import { gb18030Bytes } from "./test-files.ts";

const sample = "商家编码,商品名称\r\nA1,连衣裙\r\nA2,上衣：红色\r\n";

/** Gives bytes in chunks of one size, as a file would. */
function chunked(bytes: Uint8Array, chunkBytes: number): () => AsyncIterable<Buffer> {
  return async function* () {
    for (let at = 0; at < bytes.length; at += chunkBytes)
      yield Buffer.from(bytes.subarray(at, at + chunkBytes));
  };
}

function utf16(text: string, bigEndian: boolean): Buffer {
  const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
  return bigEndian ? bytes.swap16() : bytes;
}

async function textOf(bytes: Uint8Array, chunkBytes: number): Promise<{ encoding: string; text: string }> {
  const read = chunked(bytes, chunkBytes);
  const encoding = await detectEncoding(read);
  let text = "";
  for await (const piece of decodeText(read(), encoding)) text += piece;
  return { encoding, text };
}

test("each encoding is recognised and decoded, however the bytes are cut into chunks", async () => {
  const files: readonly (readonly [name: string, bytes: Uint8Array, encoding: string])[] = [
    ["UTF-8", Buffer.from(sample), "utf-8"],
    ["UTF-8 with a mark", Buffer.from(`\ufeff${sample}`), "utf-8"],
    ["UTF-16 little endian", utf16(sample, false), "utf-16le"],
    ["UTF-16 big endian", utf16(sample, true), "utf-16be"],
    ["GB18030", gb18030Bytes(sample), "gb18030"],
  ];
  for (const [name, bytes, encoding] of files) {
    for (const chunkBytes of [2, 4, 6, 1_000]) {
      assert.deepEqual(
        await textOf(bytes, chunkBytes),
        { encoding, text: sample },
        `${name} in ${chunkBytes}`,
      );
    }
  }
});

test("plain ASCII is UTF-8, a few Chinese characters are enough for GB18030", async () => {
  assert.equal((await textOf(Buffer.from("a,b\n1,2\n"), 100)).encoding, "utf-8");
  assert.deepEqual(await textOf(gb18030Bytes("sku,名\nA,裤\n"), 3), {
    encoding: "gb18030",
    text: "sku,名\nA,裤\n",
  });
  // A four-byte character of GB18030.
  assert.equal(
    (await textOf(Buffer.from([...gb18030Bytes("商品"), 0x95, 0x32, 0x82, 0x36]), 100)).text,
    "商品𠀀",
  );
});

const brokenFiles: readonly (readonly [name: string, bytes: Buffer, line: number])[] = [
  ["UTF-8 cut in the middle of a character", Buffer.from(sample).subarray(0, -6), 3],
  ["UTF-8 with half a character in a line", broken(Buffer.from(sample), "裙"), 2],
  ["UTF-8 with a mark and half a character", broken(Buffer.from(`\ufeff${sample}`), "裙"), 2],
  [
    "UTF-8 with a GB18030 line in it",
    Buffer.concat([Buffer.from(sample.repeat(20)), gb18030Bytes("A3,裙子\n")]),
    61,
  ],
  [
    "GB18030 cut in the middle of a character",
    Buffer.from(gb18030Bytes(sample.repeat(3))).subarray(0, -3),
    9,
  ],
  [
    "UTF-16 with half a surrogate pair",
    Buffer.concat([utf16(sample, false), Buffer.from([0x00, 0xd8, 0x41, 0x00])]),
    4,
  ],
];

/** Leaves out the last byte of a character. */
function broken(bytes: Buffer, char: string): Buffer {
  const at = bytes.indexOf(char) + Buffer.byteLength(char) - 1;
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
}

test("half a character names its line, however the bytes are cut into chunks", async () => {
  for (const [name, bytes, line] of brokenFiles) {
    for (const chunkBytes of [2, 6, 50, 100_000]) {
      await assert.rejects(detectEncoding(chunked(bytes, chunkBytes)), (error: unknown) => {
        assert.ok(error instanceof ImportFileError);
        assert.equal(error.code, "encoding_broken", name);
        assert.equal(error.line, line, `${name} in ${chunkBytes}`);
        assert.match(error.zh, new RegExp(`第 ${line} 行`));
        return true;
      });
    }
  }
});

test("bytes that are no text are refused", async () => {
  const binary = Buffer.from([1, 2, 0, 3, 4, 0, 0xff]);
  await assert.rejects(detectEncoding(chunked(binary, 100)), { code: "not_a_table" });
  // UTF-16 without a mark cannot be told from binary.
  await assert.rejects(detectEncoding(chunked(Buffer.from("a,b\n", "utf16le"), 100)), {
    code: "not_a_table",
  });
});
