import assert from "node:assert/strict";
import { test } from "node:test";
import { Compile } from "typebox/compile";
import { AdjustmentBody } from "./goods.ts";
import { OrderEvent, ReservationBody } from "./orders.ts";
import { faultOf } from "./validate.ts";
import { SkuPatch } from "./catalog.ts";

const good = { channel: "douyin", orderId: "1", lines: [{ sku: "A", quantity: 1 }] };
const goodEvent = { ...good, updatedAt: "2026-11-11T20:00:00+08:00" };

const rows: [
  name: string,
  schema: "reserve" | "event" | "adjust" | "patch",
  body: unknown,
  path: string,
  problem: RegExp,
][] = [
  ["no object", "reserve", [], "", /must be an object/],
  ["nothing", "reserve", null, "", /must be an object/],
  ["a missing field", "reserve", { channel: "c", orderId: "1" }, "lines", /missing/],
  ["a misspelt field", "reserve", { ...good, ordreId: "1" }, "ordreId", /not known/],
  [
    "a misspelt field of a line",
    "reserve",
    { ...good, lines: [{ sku: "A", quantity: 1, qty: 2 }] },
    "lines[0].qty",
    /not known/,
  ],
  ["no lines", "reserve", { ...good, lines: [] }, "lines", /at least 1/],
  [
    "201 lines",
    "reserve",
    { ...good, lines: Array.from({ length: 201 }, () => ({ sku: "A", quantity: 1 })) },
    "lines",
    /at most 200/,
  ],
  [
    "a negative quantity",
    "reserve",
    { ...good, lines: [{ sku: "A", quantity: -1 }] },
    "lines[0].quantity",
    /at least 1/,
  ],
  [
    "half a unit",
    "reserve",
    { ...good, lines: [{ sku: "A", quantity: 0.5 }] },
    "lines[0].quantity",
    /whole number/,
  ],
  [
    "a quantity as text",
    "reserve",
    { ...good, lines: [{ sku: "A", quantity: "1" }] },
    "lines[0].quantity",
    /whole number/,
  ],
  [
    "2^53 units",
    "reserve",
    { ...good, lines: [{ sku: "A", quantity: 2 ** 53 }] },
    "lines[0].quantity",
    /at most/,
  ],
  [
    "2^53 fen",
    "reserve",
    { ...good, lines: [{ sku: "A", quantity: 1, amount: 2 ** 53 }] },
    "lines[0].amount",
    /at most/,
  ],
  [
    "endless units",
    "reserve",
    { ...good, lines: [{ sku: "A", quantity: Number.POSITIVE_INFINITY }] },
    "lines[0].quantity",
    /whole number/,
  ],
  [
    "an id of one million characters",
    "reserve",
    { ...good, orderId: "9".repeat(1_000_000) },
    "orderId",
    /at most 128/,
  ],
  ["an empty id", "reserve", { ...good, orderId: "" }, "orderId", /empty/],
  ["U+0000", "reserve", { ...good, orderId: "1\u0000" }, "orderId", /not allowed/],
  ["half a character", "reserve", { ...good, orderId: "1\ud83d" }, "orderId", /not allowed/],
  ["an unknown stage", "reserve", { ...good, stage: "sold" }, "stage", /one of created, pending, paid/],
  ["a local time", "event", { ...goodEvent, updatedAt: "2026-11-11T20:00:00" }, "updatedAt", /time like/],
  [
    "a day that is none",
    "event",
    { ...goodEvent, updatedAt: "2026-02-30T20:00:00Z" },
    "updatedAt",
    /time like/,
  ],
  [
    "an hour that is none",
    "event",
    { ...goodEvent, placedAt: "2026-02-20T24:00:00Z" },
    "placedAt",
    /time like/,
  ],
  ["a time as number", "event", { ...goodEvent, updatedAt: 1 }, "updatedAt", /must be a text/],
  [
    "a negative counter",
    "event",
    { ...goodEvent, lines: [{ sku: "A", quantity: 1, closed: -1 }] },
    "lines[0].closed",
    /at least 0/,
  ],
  ["an unknown action", "adjust", { action: "burn", sku: "A", quantity: 1 }, "action", /one of count_gain/],
  ["no change", "patch", {}, "", /at least one field/],
  ["a limit of nothing", "patch", { limitPerBuyer: 0 }, "limitPerBuyer", /at least 1/],
];

const validators = {
  reserve: Compile(ReservationBody),
  event: Compile(OrderEvent),
  adjust: Compile(AdjustmentBody),
  patch: Compile(SkuPatch),
};

for (const [name, schema, body, path, problem] of rows) {
  test(`${name} is refused at ${path === "" ? "the whole" : path}`, () => {
    const validator = validators[schema];
    assert.equal(validator.Check(body), false);
    const fault = faultOf(validator.Errors(body));
    assert.equal(fault.path, path);
    assert.match(fault.problem, problem);
    assert.notEqual(fault.problemZh, "");
    assert.notEqual(fault.problemZh, "格式不对");
  });
}

test("what is allowed passes", () => {
  assert.equal(validators.reserve.Check(good), true);
  assert.equal(validators.event.Check(goodEvent), true);
  assert.equal(
    validators.reserve.Check({ ...good, orderId: "单号😀", buyer: "b", stage: "paid", expiresAt: null }),
    true,
  );
  assert.equal(
    validators.event.Check({ ...goodEvent, updatedAt: "2026-11-11t20:00:00.123456z", lines: [] }),
    true,
  );
  assert.equal(validators.patch.Check({ limitPerBuyer: null }), true);
});
