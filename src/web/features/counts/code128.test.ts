import assert from "node:assert/strict";
import { test } from "node:test";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { namesIn } from "./client.ts";
import { code128 } from "./code128.ts";

/** The bars as a picture: a quiet zone on both sides, three pixels a module. */
function pictureOf(widths: readonly number[]): ImageData {
  const [scale, quiet, height] = [3, 12, 60];
  const modules = widths.reduce((sum, width) => sum + width, 0) + 2 * quiet;
  const width = modules * scale;
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  let x = quiet * scale;
  for (const [index, modulesWide] of widths.entries()) {
    const end = x + modulesWide * scale;
    for (; x < end; x += 1)
      if (index % 2 === 0)
        for (let y = 0; y < height; y += 1) data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
  }
  return { width, height, data, colorSpace: "srgb" } as ImageData;
}

test("a label's bars are read as what they were printed from", async () => {
  const wasm = readFileSync(createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm"));
  const wasmBinary = wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) as ArrayBuffer;
  prepareZXingModule({ overrides: { wasmBinary } });
  for (const text of ["A-03-12", "85123A", "6901234567892", "~ z{A}|0"]) {
    const widths = code128(text);
    assert.notEqual(widths, null);
    const [found] = await readBarcodes(pictureOf(widths ?? []), { formats: ["Code128"] });
    assert.equal(found?.text, text);
  }
});

test("what Code 128 cannot write has no bars", () => {
  for (const text of ["", "待发", "x".repeat(41)]) assert.equal(code128(text), null);
});

test("pasted names are told apart however they were written", () => {
  assert.deepEqual(namesIn(" A-01, A-02，A-01\nB-03；\tC 4 "), ["A-01", "A-02", "B-03", "C 4"]);
});
