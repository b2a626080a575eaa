import type { Command } from "../../src/domain/command.ts";
import type { ShopId, Store } from "../../src/store/store.ts";
import {
  actor,
  adjust,
  cancel,
  channelCommand,
  expire,
  hourMs,
  minuteMs,
  newShop,
  observe,
  pay,
  receive,
  reserve,
  skusCommand,
  startAt,
} from "./harness.ts";

/**
 * A shop with something of everything that a read can be asked for: policies, bundles, two warehouses, bins and
 * lots, orders in every state, what is short, presold, quarantined, on loan, and a history over some hours.
 */
export async function richShop(store: Store, mark = ""): Promise<ShopId> {
  const shop = await newShop(store, `丰富的店${mark}`);
  for (const [index, batch] of batches(mark).entries())
    await store.commit(shop, batch, startAt + index * hourMs);
  await broadcast(store, shop, mark);
  return shop;
}

/** A session with its timeline, what its room showed, and who was told of it. */
async function broadcast(store: Store, shop: ShopId, mark: string): Promise<void> {
  const who = { at: startAt, actor: `${actor}${mark}` };
  const life = { step: "go_live", from: "draft", to: "live", reason: `试播${mark}` } as const;
  const said = { message: `m1${mark}`, text: `还有最后 30 件${mark}`, alert: null };
  await store.activities.append(
    shop,
    "s1",
    [
      { ...who, kind: "life", body: life },
      { ...who, kind: "pointer", sku: "AB-1", body: { slot: `a${mark}`, by: "tap" } },
      { ...who, kind: "host_message", body: said },
    ],
    0,
  );
  const shown = { viewers: 1_000, likes: 50, amount: 990, gap: null };
  await store.activities.putSamples(shop, [
    { room: "r1", at: startAt, ...shown },
    { room: "r1", at: startAt + hourMs, viewers: null, likes: null, amount: null, gap: `连接断开${mark}` },
  ]);
  const spec = { sheet: `c1${mark}`, purpose: `盘点${mark}` };
  await store.workEvents.append(
    shop,
    "count",
    "c1",
    [{ ...who, body: { kind: "opened", body: { spec } } }],
    0,
  );
  await store.orderSides.put(shop, [
    {
      channel: "douyin",
      orderId: "s1",
      phone: `f${mark}`,
      address: `a${mark}`,
      addressChars: 9,
      marks: ["short", "forwarding"],
      province: `广东省${mark}`,
      city: "深圳市",
      paidAt: startAt,
    },
  ]);
  await store.photos.put(shop, {
    photo: "p1",
    mediaType: "image/png",
    bytes: new TextEncoder().encode(`\u0000照片${mark}`),
    sha256: "0".repeat(64),
    createdAt: startAt,
    createdBy: `u1/小王${mark}`,
  });
  await store.days.close(
    shop,
    {
      date: "2026-01-05",
      from: startAt - 16 * hourMs,
      to: startAt + 8 * hourMs,
      seq: 9,
      nextSeq: 10,
      closedAt: startAt + 9 * hourMs,
      hash: "0".repeat(64),
      balanced: true,
      body: JSON.stringify({ note: `日报${mark}` }),
    },
    [
      {
        date: "2026-01-05",
        sku: "AB-1",
        closing: 12,
        available: 9,
        received: 0,
        sold: 3,
        amount: 2_970,
        returned: 0,
        shortage: 0,
        body: JSON.stringify({ name: `商品${mark}` }),
      },
    ],
  );
  await store.deliveries.put(shop, [
    {
      message: `alert/1${mark}`,
      robot: "robot-1",
      topic: "alert",
      session: "s1",
      payload: JSON.stringify({ title: `库存告急${mark}` }),
      createdAt: startAt,
    },
  ]);
}

/** `mark` stands in every text that can hold one, so that a text of one shop is known wherever it turns up. */
function batches(mark: string): Command[][] {
  return [catalog(mark), goods(), sales(mark), events(mark), endings(mark)];
}

function catalog(mark: string): Command[] {
  const at = startAt;
  return [
    { type: "putWarehouse", actor, at, warehouse: "east", name: `东仓${mark}` },
    channelCommand("douyin"),
    {
      type: "putChannel",
      actor,
      at,
      channel: { channel: "taobao", name: `淘宝${mark}`, warehouses: ["east", "main"] },
    },
    skusCommand([
      {
        code: "AB-1",
        name: `蓝牙耳机 Pro${mark}`,
        category: `数码${mark}`,
        barcodes: ["6901234567892", `X${mark}`],
        price: 19_900,
        cost: 8_000,
        season: { first: 10, last: 2 },
        shelfLifeDays: 540,
        leadDays: 12,
        style: `耳机${mark}`,
      },
      { code: "ab-2", name: "充电线 100%_快", category: "数码", bufferUnits: 2, limitPerOrder: 5 },
      {
        code: "ＣＤ３",
        name: "保温杯",
        category: "家居",
        bufferPercent: 30,
        limitPerBuyer: 4,
        limitHours: 48,
      },
      { code: "DE 4", name: "雨伞", category: "家居", deductAt: "payment", selling: false },
      { code: "EF5", name: "围巾", presaleQuota: 10 },
      { code: "FG6", name: "袜子" },
      { code: "GH7", name: "袜子" },
    ]),
    {
      type: "putListings",
      actor,
      at,
      channel: "douyin",
      items: [
        {
          listing: `bundle${mark}`,
          title: `耳机套装${mark}`,
          parts: [
            { sku: "AB-1", units: 1, gift: false },
            { sku: "ab-2", units: 2, gift: true },
          ],
        },
        { listing: "single", title: "保温杯 单个", parts: [{ sku: "CD3", units: 1, gift: false }] },
        { listing: "unmapped", title: "不知道", parts: [] },
      ],
    },
    {
      type: "putListings",
      actor,
      at,
      channel: "taobao",
      items: [{ listing: "single", parts: [{ sku: "AB-1", units: 1, gift: false }] }],
    },
    {
      type: "putDocument",
      actor,
      at,
      kind: "plan",
      id: `p1${mark}`,
      version: 0,
      body: { title: `排品${mark}`, slots: [1, 2] },
    },
    { type: "putDocument", actor, at, kind: "plan", id: "p2", version: 0, body: "text" },
    { type: "putDocument", actor, at, kind: "profile", id: "p1", version: 0, body: [null, true] },
  ];
}

function goods(): Command[] {
  const at = startAt + hourMs;
  return [
    receive({
      key: "opening",
      opening: true,
      at,
      lines: [
        { sku: "AB-1", quantity: 40, bin: "A-01-1", lot: "2025-11" },
        { sku: "AB-1", quantity: 10, bin: "A-01-2" },
        { sku: "AB-2", quantity: 30, bin: "a-02-1" },
        { sku: "CD3", quantity: 12, bin: "B-07" },
        { sku: "DE 4", quantity: 9, bin: "B-08" },
        { sku: "FG6", quantity: 5 },
        { sku: "AB-2", quantity: 3, quality: "bad", bin: "Q-1" },
      ],
    }),
    receive({
      key: "east",
      warehouse: "east",
      at,
      lines: [
        { sku: "AB-1", quantity: 7, bin: "E-1" },
        { sku: "AB-1", quantity: 7, bin: "E-2" },
        { sku: "CD3", quantity: 1, bin: "B-07" },
      ],
    }),
    adjust({ key: "loan", sku: "CD3", quantity: 2, action: "loan", at }),
    adjust({
      key: "quarantine",
      sku: "AB-2",
      quantity: 1,
      action: "quarantine",
      bin: "a-02-1",
      toBin: "Q-2",
      at,
    }),
    adjust({ key: "put", sku: "AB-1", quantity: 5, action: "put_away", bin: "A-01-1", toBin: "A-09", at }),
  ];
}

function sales(mark: string): Command[] {
  const at = startAt + 2 * hourMs;
  const buyer = `buyer${mark}`;
  const minute = (count: number): number => at + count * minuteMs;
  return [
    reserve("69410001", [["AB-1", 2]], { buyer, region: `浙江${mark}`, session: `s1${mark}`, at: minute(1) }),
    reserve(
      "69410002",
      [
        ["AB-1", 1],
        ["CD3", 2],
      ],
      { buyer, at: minute(2), expiresAt: minute(17) },
    ),
    reserve("69410003", [], {
      at: minute(2),
      lines: [{ lineId: "1", listing: `bundle${mark}`, quantity: 3, amount: 59_700 }],
    }),
    reserve("69410004", [["CD3", 4]], { at: minute(3), stage: "pending", session: "s1" }),
    reserve("69410005", [["AB-2", 9]], { at: minute(3) }),
    reserve("69410006", [], {
      at: minute(4),
      lines: [{ lineId: "1", sku: "EF5", quantity: 6, kind: "presale" }],
      stage: "paid",
    }),
    reserve("69410007", [["AB-2", 4]], { at: minute(5), expiresAt: null }),
    pay("69410001", { at: minute(6) }),
    pay("69410007", { at: minute(6) }),
    cancel("69410003", { at: minute(7) }),
  ];
}

function events(mark: string): Command[] {
  const at = startAt + 3 * hourMs;
  const event = (minutes: number) => ({
    at: at + minutes * minuteMs,
    updatedAt: at + minutes * minuteMs,
    placedAt: at,
  });
  return [
    observe("T-1", [["AB-1", 20]], { channel: "taobao", ...event(1), buyer: `b2${mark}` }),
    observe("T-2", [["GH7", 3]], { channel: "taobao", ...event(2), session: "s2" }),
    observe(
      "T-3",
      [
        ["GH7", 1],
        ["FG6", 9],
      ],
      { channel: "taobao", ...event(3) },
    ),
    observe("T-4", [["DE 4", 2]], {
      channel: "taobao",
      ...event(3),
      stage: "created",
      expiresAt: at + hourMs,
    }),
    observe("T-5", [["AB-1", 1]], {
      channel: "taobao",
      ...event(4),
      stage: undefined,
      status: `MOON${mark}`,
    }),
    observe("T-1", [], {
      channel: "taobao",
      ...event(9),
      lines: [
        {
          lineId: "1",
          sku: "AB-1",
          quantity: 20,
          shipped: 15,
          returnedGood: 2,
          returnedBad: 1,
          refund: "requested",
        },
      ],
    }),
    observe("T-3", [], {
      channel: "taobao",
      ...event(9),
      lines: [{ lineId: "1", sku: "GH7", quantity: 1, shipped: 1 }],
    }),
    observe("6941", [["AB-1", 1]], {
      ...event(5),
      lines: [{ lineId: "1", sku: "AB-1", quantity: 1, refund: "refunded" }],
    }),
  ];
}

function endings(mark: string): Command[] {
  const at = startAt + 4 * hourMs;
  return [
    expire("69410002", at),
    receive({ key: `presale${mark}`, at, lines: [{ sku: "EF5", quantity: 4, presale: true, bin: "P-1" }] }),
    adjust({ key: "loss", sku: "CD3", quantity: 3, action: "count_loss", bin: "B-07", at }),
    {
      type: "closeMatching",
      actor,
      at,
      key: "close",
      channel: "taobao",
      buyer: `b2${mark}`,
      sku: "ab-1",
      quantity: 2,
    },
    skusCommand([{ code: "AB-1", bufferUnits: 3 }], at),
    { type: "putDocument", actor, at, kind: "plan", id: "p2", version: 1, body: null },
    { type: "putDocument", actor, at, kind: "profile", id: "p1", version: 1, body: { changed: mark } },
  ];
}
