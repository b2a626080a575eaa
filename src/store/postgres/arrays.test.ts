import assert from "node:assert/strict";
import { test } from "node:test";
import { integersLiteral, textsLiteral } from "./arrays.ts";

const same = <T>(value: T): T => value;

test("texts stand as they are where they mean nothing else, and are quoted where they might", () => {
  const texts = [
    "6941-2.x:y=1_Z",
    "",
    " ",
    "null",
    "NULL",
    "nulls",
    'a "b" \\c',
    "{x,y}",
    "口红 01",
    "it's",
    "\n",
  ];
  assert.equal(
    textsLiteral([null, ...texts], same),
    '{NULL,6941-2.x:y=1_Z,"",' + '" ","null","NULL",nulls,"a \\"b\\" \\\\c","{x,y}","口红 01","it\'s","\n"}',
  );
});

test("integers, nulls, and no rows", () => {
  assert.equal(integersLiteral([1, null, -3, 9_007_199_254_740_991], same), "{1,NULL,-3,9007199254740991}");
  assert.equal(integersLiteral([], same), "{}");
  assert.equal(textsLiteral([], same), "{}");
});
