import assert from "node:assert/strict";
import { test } from "node:test";
import type { OrderSide } from "../../../src/store/order-sides.ts";
import { newShop, type Opened } from "../harness.ts";

const side = (orderId: string, more: Partial<OrderSide> = {}): OrderSide => ({
  channel: "douyin",
  orderId,
  phone: null,
  address: null,
  addressChars: null,
  marks: [],
  province: null,
  city: null,
  paidAt: null,
  ...more,
});

export function orderSidesContract(opened: () => Opened): void {
  test("what is told again replaces, what is not told stays; many at once; no other shop or channel has it", async () => {
    const { store } = opened();
    const shop = await newShop(store);
    const other = await newShop(store);
    const told = side("o1", {
      phone: "t",
      address: "a",
      addressChars: 9,
      marks: ["forwarding"],
      city: "深圳市",
    });
    await store.orderSides.put(shop, [told, side("o2", { phone: "t2" }), side("o2", { city: "西安市" })]);
    await store.orderSides.put(shop, [side("o1", { phone: "u", paidAt: 5 }), side("o2")]);
    assert.deepEqual(await store.orderSides.of(shop, "douyin", ["o1"]), [{ ...told, phone: "u", paidAt: 5 }]);
    const again = { address: "b", addressChars: 20, marks: [] };
    await store.orderSides.put(shop, [side("o1", again)]);
    assert.deepEqual(await store.orderSides.of(shop, "douyin", ["o1", "none"]), [
      { ...told, ...again, phone: "u", paidAt: 5 },
    ]);
    assert.deepEqual(await store.orderSides.of(shop, "douyin", ["o2"]), [
      side("o2", { phone: "t2", city: "西安市" }),
    ]);
    assert.deepEqual(await store.orderSides.of(shop, "taobao", ["o1"]), []);
    assert.deepEqual(await store.orderSides.of(other, "douyin", ["o1"]), []);
    const many = Array.from({ length: 2_500 }, (_, index) => side(`m${index}`, { phone: `p${index}` }));
    await store.orderSides.put(shop, many);
    const found = await store.orderSides.of(
      shop,
      "douyin",
      many.map(({ orderId }) => orderId),
    );
    assert.equal(found.length, 2_500);
    assert.deepEqual(await store.orderSides.of(shop, "douyin", []), []);
    await store.orderSides.put(shop, []);
  });
}
