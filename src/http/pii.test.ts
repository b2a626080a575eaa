import assert from "node:assert/strict";
import { test } from "node:test";
import { createBuyerKey, createContactKeys } from "./pii.ts";

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

test("a phone is another key in every shop, and never an address's", () => {
  const keysOf = createContactKeys("a secret of at least sixteen characters");
  const [one, two] = [keysOf(1), keysOf(2)];
  assert.match(one.phone("13800000000"), /^[0-9a-f]{32}$/);
  assert.equal(one.phone("13800000000"), keysOf(1).phone("13800000000"));
  assert.notEqual(one.phone("13800000000"), two.phone("13800000000"));
  assert.notEqual(one.phone("13800000000"), one.address("13800000000"));
});
