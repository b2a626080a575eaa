import assert from "node:assert/strict";
import { test } from "node:test";
import { fit, grouped, tableLines, widthOf } from "./columns.ts";

test("a Chinese character is as wide as two letters, a combining mark as none", () => {
  for (const [text, width] of [
    ["", 0],
    ["abc", 3],
    ["在库", 4],
    ["Ａ１", 4],
    ["é", 1],
    ["e\u0301", 1],
    ["🎁", 2],
    ["，。", 4],
    ["…", 1],
  ] as const)
    assert.equal(widthOf(text), width, text);
});

test("a text that is too wide is cut, never through a character", () => {
  assert.equal(fit("红色长裙", 8), "红色长裙");
  assert.equal(fit("红色长裙子", 8), "红色长…");
  assert.equal(fit("a\tb\nc", 8), "a b c");
});

test("columns stand under their titles", () => {
  const lines = tableLines(
    [{ title: "名称" }, { title: "件", align: "right" }, { title: "x" }],
    [
      ["红裙", "1,234", "a"],
      ["a", "5"],
    ],
  );
  assert.deepEqual(lines, ["名称     件  x", "红裙  1,234  a", "a         5"]);
  assert.equal(grouped(1234567), "1,234,567");
});
