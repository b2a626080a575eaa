import assert from "node:assert/strict";
import { test } from "node:test";
import { readRunOfShow } from "./run-of-show.ts";

test("a spreadsheet in Chinese becomes slots, with what is wrong told row by row", async () => {
  const text = [
    "序号,商家编码,讲解时长（分钟）,直播价(元),目标销量,每人限购,安全预留,备选,备注",
    '1,ab-1,15分钟,"￥1,299.00",500,2,20,"cd-2、EF3",主推',
    "2,CD-2,,99.9,,,,,",
    "3,,10,1,1,1,1,,",
    "4,ＥＦ３,999,abc,0,,5.5,,",
  ].join("\r\n");
  const read = await readRunOfShow(Buffer.from(text), 2);
  assert.deepEqual(
    read.columns.map(({ field }) => field),
    [null, "sku", "minutes", "price", "target", "buyerLimit", "buffer", "alternates", null],
  );
  assert.deepEqual(read.slots, [
    {
      row: 2,
      slot: {
        sku: "AB-1",
        minutes: 15,
        price: 129_900,
        target: 500,
        buyerLimit: 2,
        buffer: 20,
        alternates: ["CD-2", "EF3"],
      },
    },
    { row: 3, slot: { sku: "CD-2", price: 9_990 } },
    { row: 5, slot: { sku: "EF3" } },
  ]);
  assert.deepEqual(
    read.problems.map(({ row }) => row),
    [4, 5, 5, 5, 5],
  );
  for (const { zh, en } of read.problems) assert.ok(/\p{Script=Han}/u.test(zh) && en !== "");
});

test("GB18030 and English headers are understood", async () => {
  // 「商家编码,计划」 in GB18030.
  const gb = Buffer.concat([
    Buffer.from([0xc9, 0xcc, 0xbc, 0xd2, 0xb1, 0xe0, 0xc2, 0xeb, 0x2c, 0xbc, 0xc6, 0xbb, 0xae]),
    Buffer.from("\nA1,30\n"),
  ]);
  assert.deepEqual((await readRunOfShow(gb, 2)).slots, [{ row: 2, slot: { sku: "A1", target: 30 } }]);
  const english = "SKU;Duration;Price;Allotment\nA1;10 min;1299;40\n";
  assert.deepEqual((await readRunOfShow(Buffer.from(english), 0)).slots, [
    { row: 2, slot: { sku: "A1", minutes: 10, price: 1_299, allotment: 40 } },
  ]);
});

test("a file without a column of codes says so; one with too many rows is cut", async () => {
  const none = await readRunOfShow(Buffer.from("名称,价格\n杯子,10\n"), 2);
  assert.deepEqual([none.slots.length, none.problems.length, none.problems[0]?.row], [0, 1, 1]);
  const many = `SKU\n${Array.from({ length: 501 }, (_, index) => `A${index}`).join("\n")}\n`;
  const cut = await readRunOfShow(Buffer.from(many), 2);
  assert.equal(cut.slots.length, 500);
  assert.deepEqual(
    cut.problems.map(({ row }) => row),
    [502],
  );
});
