import assert from "node:assert/strict";
import { test } from "node:test";
import { missingFields } from "./mapping-fields.ts";
import { guessMeaning } from "./meanings.ts";

test("a stock list needs a code and a quantity; orders need a number, a quantity and goods", () => {
  assert.deepEqual(missingFields("stock", { name: "品名" }), ["sku", "quantity"]);
  assert.deepEqual(missingFields("orders", { orderId: "单号", quantity: "数量" }), ["sku"]);
  assert.deepEqual(missingFields("orders", { orderId: "单号", quantity: "数量", listing: "链接" }), []);
});

test("a platform's words are guessed, and what is unknown counts as paid", () => {
  const words = [
    "待付款",
    "等待买家付款",
    "风控审核",
    "已付款",
    "待发货",
    "已发货",
    "交易成功",
    "已取消",
    "已退款",
  ];
  assert.deepEqual(words.map(guessMeaning), [
    "unpaid",
    "unpaid",
    "pending",
    "paid",
    "paid",
    "shipped",
    "shipped",
    "closed",
    "closed",
  ]);
});
