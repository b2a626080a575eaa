import assert from "node:assert/strict";
import { test } from "node:test";
import { shownWords, storedWords } from "./host-text.ts";

const names = new Map([
  ["product", "商品"],
  ["left", "剩余"],
]);

test("names in braces are shown in the page's language and kept in the server's", () => {
  const shown = shownWords("{product}还有最后 {left} 件", names);
  assert.equal(shown, "{商品}还有最后 {剩余} 件");
  assert.equal(storedWords(shown, names), "{product}还有最后 {left} 件");
});

test("what is no known name stays, so that the server can say what is wrong with it", () => {
  assert.equal(storedWords("{ 剩余 }件 {价格} {left", names), "{left}件 {价格} {left");
});
