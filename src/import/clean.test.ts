import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  cleanId,
  cleanText,
  isCellError,
  isMangledNumber,
  minorDigitsOf,
  numberOf,
  parseInteger,
  parseMoneyMinor,
  toHalfWidth,
  wordKey,
} from "./clean.ts";

const nbsp = "\u00a0";

test("ids lose what exports dress them in and nothing else", () => {
  const rows: readonly (readonly [cell: string, id: string])[] = [
    ["85123A", "85123A"],
    ["85123a", "85123a"],
    ["８５１２３ａ", "８５１２３ａ"],
    ["\t6918365123456789012", "6918365123456789012"],
    ["'13800001234", "13800001234"],
    ["‘13800001234", "13800001234"],
    ['="536365123456789012"', "536365123456789012"],
    [' ="5363" ', "5363"],
    [`\t'${nbsp}5363`, "5363"],
    [`${nbsp}A-1${nbsp}`, "A-1"],
    ["\u200bA\u200d-\ufeff1", "A-1"],
    ["  A  1 ", "A 1"],
    ["A\r\n1", "A 1"],
    ["=1+2", "=1+2"],
    ["'", ""],
    ["", ""],
    ["000123", "000123"],
  ];
  for (const [cell, id] of rows) assert.equal(cleanId(cell), id, JSON.stringify(cell));
});

test("texts for people keep width, case and apostrophes", () => {
  const rows: readonly (readonly [cell: string, text: string])[] = [
    ["Ｔ恤（白）", "Ｔ恤（白）"],
    ["'90s Top", "'90s Top"],
    ["'=1+1", "=1+1"],
    ["'-20%", "-20%"],
    ['="好"', "好"],
    [`A${nbsp}${nbsp}B\tC`, "A B C"],
    ["连衣裙　夏", "连衣裙 夏"],
    ["\ufeffname", "name"],
    ["a\u0000b\u001b\u0085c", "ab c"],
    ["👨‍👩‍👧", "👨‍👩‍👧"],
  ];
  for (const [cell, text] of rows) assert.equal(cleanText(cell), text, JSON.stringify(cell));
});

test("whole numbers", () => {
  const rows: readonly (readonly [cell: string, value: number | string])[] = [
    ["12", 12],
    ["-12", -12],
    ["+3", 3],
    ["0", 0],
    ["-0", 0],
    ["007", 7],
    ["1,234", 1234],
    ["1，234", 1234],
    ["1 234", 1234],
    [`1${nbsp}234`, 1234],
    ["1'234'567", 1_234_567],
    ["１，２３４", 1234],
    ["－１２", -12],
    ["\u221212", -12],
    ["12.00", 12],
    ["12.", 12],
    ["(12)", -12],
    ["（12）", -12],
    ["\t12", 12],
    ["'12", 12],
    ['="12"', 12],
    ["\u200b7", 7],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
    ["", "empty"],
    ["  ", "empty"],
    ["\u200b", "empty"],
    ["12.5", "not_integer"],
    ["9007199254740992", "too_large"],
    ["99999999999999999999999", "too_large"],
    ["1,23", "not_number"],
    ["12,34,567", "not_number"],
    ["1.2.3", "not_number"],
    ["1e3", "not_number"],
    ["1.23E+18", "not_number"],
    ["0x10", "not_number"],
    ["NaN", "not_number"],
    ["--5", "not_number"],
    ["十二", "not_number"],
    [".", "not_number"],
    ["-", "not_number"],
  ];
  for (const [cell, value] of rows) assert.equal(parseInteger(cell), value, JSON.stringify(cell));
});

test("money is computed on the digits", () => {
  const rows: readonly (readonly [cell: string, digits: number, minor: number | string])[] = [
    ["2.55", 2, 255],
    ["0.85", 2, 85],
    ["2.1", 2, 210],
    ["8.2", 2, 820],
    ["4.35", 2, 435],
    ["1.005", 2, "too_precise"],
    ["2.5500", 2, 255],
    ["¥1,234.50", 2, 123_450],
    ["￥1，234.5元", 2, 123_450],
    ["99元", 2, 9900],
    ["12.50 元", 2, 1250],
    ["£2.55", 2, 255],
    ["$ 3", 2, 300],
    ["RMB 12", 2, 1200],
    ["-¥3", 2, -300],
    ["¥-3", 2, -300],
    ["(3.50)", 2, -350],
    [".5", 2, 50],
    ["5.", 2, 500],
    ["0", 2, 0],
    ["-0.00", 2, 0],
    ["1200", 0, 1200],
    ["1200.5", 0, "too_precise"],
    ["1200.00", 0, 1200],
    ["1.234", 3, 1234],
    ["90071992547409.91", 2, Number.MAX_SAFE_INTEGER],
    ["90071992547409.92", 2, "too_large"],
    ["", 2, "empty"],
    ["元", 2, "not_number"],
    ["免费", 2, "not_number"],
    ["12.5%", 2, "not_number"],
  ];
  for (const [cell, digits, minor] of rows)
    assert.equal(parseMoneyMinor(cell, digits), minor, JSON.stringify(cell));
});

test("any amount of minor units is read back from its usual ways of writing", () => {
  fc.assert(
    fc.property(fc.integer({ min: -99_999_999_999, max: 99_999_999_999 }), (minor) => {
      const sign = minor < 0 ? "-" : "";
      const yuan = String(Math.floor(Math.abs(minor) / 100));
      const fen = String(Math.abs(minor) % 100).padStart(2, "0");
      const grouped = yuan.replace(/\B(?=(\d{3})+$)/g, ",");
      for (const text of [
        `${sign}${yuan}.${fen}`,
        `${sign}¥${grouped}.${fen}`,
        `${sign}${grouped}.${fen}00元`,
      ]) {
        assert.equal(parseMoneyMinor(text), minor === 0 ? 0 : minor);
        assert.equal(
          parseMoneyMinor(text.normalize("NFKC").replace(/[.,]/g, (mark) => (mark === "," ? "，" : "．"))),
          minor,
        );
      }
    }),
  );
});

test("numbers that are only compared may have any decimals", () => {
  assert.equal(numberOf("-1"), -1);
  assert.equal(numberOf("1,234.567"), 1234.567);
  assert.equal(numberOf("(2)"), -2);
  assert.equal(numberOf("x"), null);
});

test("numbers that a spreadsheet spoilt are told from codes", () => {
  for (const text of ["1.23E+18", "6.91837E+18", "5E+17", "1.2e+18", "-1.5E+20", "1,23E+18"]) {
    assert.equal(isMangledNumber(text), true, text);
  }
  for (const text of ["3E12", "1E5", "E+18", "123456789012345678", "A1.2E+18", "12.3E+18"]) {
    assert.equal(isMangledNumber(text), false, text);
  }
  assert.equal(isCellError("#N/A"), true);
  assert.equal(isCellError("#REF!"), true);
  assert.equal(isCellError("#1 夏装"), false);
});

test("words are compared without width, case and blanks", () => {
  assert.equal(wordKey(" 售价（元） "), wordKey("售价(元)"));
  assert.equal(wordKey("Invoice No"), wordKey("\ufeffＩnvoiceNO"));
  assert.equal(wordKey("买家已付款，等待卖家发货"), wordKey("买家已付款,等待卖家发货"));
  assert.equal(toHalfWidth("ＡＢＣ１２３，"), "ABC123,");
});

test("currencies have their own decimals", () => {
  assert.deepEqual(["CNY", "GBP", "JPY", "KWD"].map(minorDigitsOf), [2, 2, 0, 3]);
});
