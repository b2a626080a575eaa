import assert from "node:assert/strict";
import { test } from "node:test";
import { createBuyerKey } from "./pii.ts";

const keyOf = createBuyerKey("a secret of at least sixteen characters");

test("one buyer is one key, however it is written", () => {
  const key = keyOf("Wang 13800000000");
  assert.match(key, /^[0-9a-f]{32}$/);
  for (const same of [" wang 13800000000", "ＷＡＮＧ １３８００００００００", "Wang 13800000000"])
    assert.equal(keyOf(same), key);
  assert.notEqual(keyOf("Wang 13800000001"), key);
});

test("the key is the installation's own", () => {
  assert.notEqual(createBuyerKey("another secret, as long as that")("Wang"), keyOf("Wang"));
  assert.equal(createBuyerKey("a secret of at least sixteen characters")("Wang"), keyOf("Wang"));
});

test("what is kept for speed is bounded and changes no answer", () => {
  const first = keyOf("0");
  for (let buyer = 1; buyer < 25_000; buyer += 1) keyOf(String(buyer));
  assert.equal(keyOf("0"), first);
});
