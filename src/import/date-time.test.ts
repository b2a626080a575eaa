import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compileDateFormat, dateTimeParser, isTimeZone, parseDateTime } from "./date-time.ts";

const formats = [
  "M/d/yy H:mm",
  "yyyy-MM-dd HH:mm:ss",
  "yyyy/M/d H:mm",
  "yyyy年M月d日 H:mm",
  "yyyy/M/d h:mm a",
  "yyyyMMdd",
];

function read(text: string, timeZone: string): string {
  const time = parseDateTime(text, formats, timeZone);
  return typeof time === "number" ? new Date(time).toISOString() : time;
}

test("local times in the formats of a profile, and ISO besides", () => {
  const rows: readonly (readonly [text: string, timeZone: string, instant: string])[] = [
    ["12/1/10 8:26", "Europe/London", "2010-12-01T08:26:00.000Z"],
    ["7/1/69 8:26", "Europe/London", "2069-07-01T07:26:00.000Z"],
    ["7/1/70 8:26", "Europe/London", "1970-07-01T07:26:00.000Z"],
    ["2019-05-15 16:50:00", "Asia/Shanghai", "2019-05-15T08:50:00.000Z"],
    ["2016/5/23 22:02", "Asia/Shanghai", "2016-05-23T14:02:00.000Z"],
    ["2016/5/23  22:02", "Asia/Shanghai", "2016-05-23T14:02:00.000Z"],
    ["２０１６/５/２３ ２２：０２", "Asia/Shanghai", "2016-05-23T14:02:00.000Z"],
    ["\t2016/5/23 22:02", "Asia/Shanghai", "2016-05-23T14:02:00.000Z"],
    ['="2016/5/23 22:02"', "Asia/Shanghai", "2016-05-23T14:02:00.000Z"],
    ["2024年11月11日 0:05", "Asia/Shanghai", "2024-11-10T16:05:00.000Z"],
    ["2024/11/11 12:05 AM", "UTC", "2024-11-11T00:05:00.000Z"],
    ["2024/11/11 1:05 下午", "UTC", "2024-11-11T13:05:00.000Z"],
    ["20241111", "UTC", "2024-11-11T00:00:00.000Z"],
    ["2024-11-11", "Asia/Shanghai", "2024-11-10T16:00:00.000Z"],
    ["2024-11-11 20:05", "Asia/Shanghai", "2024-11-11T12:05:00.000Z"],
    ["2024-11-11T20:05:06.789", "Asia/Shanghai", "2024-11-11T12:05:06.789Z"],
    ["2024-11-11T20:05:06Z", "Asia/Shanghai", "2024-11-11T20:05:06.000Z"],
    ["2024-11-11T20:05:06+09:00", "Asia/Shanghai", "2024-11-11T11:05:06.000Z"],
    ["2024-02-29", "UTC", "2024-02-29T00:00:00.000Z"],
    ["2023-02-29", "UTC", "not_date"],
    ["2024-13-01", "UTC", "not_date"],
    ["2024-11-11 24:00:00", "UTC", "not_date"],
    ["2024-11-11 20:60:00", "UTC", "not_date"],
    ["1899-12-31", "UTC", "not_date"],
    ["11.11.2024", "UTC", "not_date"],
    ["昨天", "UTC", "not_date"],
    ["", "UTC", "empty"],
    [" \u00a0", "UTC", "empty"],
  ];
  for (const [text, timeZone, instant] of rows) assert.equal(read(text, timeZone), instant, text);
});

test("clocks that change: the gap goes on by the old offset, the doubled hour is its first", () => {
  assert.equal(read("2021-03-28 00:59", "Europe/London"), "2021-03-28T00:59:00.000Z");
  assert.equal(read("2021-03-28 01:30", "Europe/London"), "2021-03-28T01:30:00.000Z");
  assert.equal(read("2021-03-28 02:00", "Europe/London"), "2021-03-28T01:00:00.000Z");
  assert.equal(read("2021-10-31 00:59", "Europe/London"), "2021-10-30T23:59:00.000Z");
  assert.equal(read("2021-10-31 01:30", "Europe/London"), "2021-10-31T00:30:00.000Z");
  assert.equal(read("2021-10-31 02:00", "Europe/London"), "2021-10-31T02:00:00.000Z");
  assert.equal(read("2021-10-03 02:15", "Australia/Lord_Howe"), "2021-10-02T15:45:00.000Z");
  assert.equal(read("1988-07-01 12:00", "Asia/Shanghai"), "1988-07-01T03:00:00.000Z");
});

test("a written local time is read back, in any zone and at any minute", () => {
  const zones = [
    "Asia/Shanghai",
    "Europe/London",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "UTC",
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: 100_000, max: 2_000_000_000 }),
      (timeZone, seconds) => {
        const instant = seconds * 1_000;
        const clock = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
        const text = clock.format(instant);
        const again = parseDateTime(text, [], timeZone);
        assert.ok(typeof again === "number");
        // In the doubled hour the first occurrence is taken: the clock shows the same.
        assert.equal(clock.format(again), text);
        assert.ok(again <= instant);
      },
    ),
  );
});

test("a reader that remembers its last answer gives the same ones", () => {
  const parser = dateTimeParser(formats, "Europe/London");
  const texts = ["12/1/10 8:26", "12/1/10 8:26", "x", "x", "", "12/1/10 8:27"];
  assert.deepEqual(
    texts.map(parser),
    texts.map((text) => parseDateTime(text, formats, "Europe/London")),
  );
});

test("formats that cannot be read are refused", () => {
  for (const format of ["yyyy-MM", "MM/dd HH:mm", "yyyy-MM-dd EEE", "yyyy-MM-dd yyyy", "", "yyyy-mm-dd"]) {
    assert.equal(compileDateFormat(format), null, format);
  }
  for (const format of [...formats, "d.M.yyyy HH:mm:ss.SSS", "[yyyy] (M) d"])
    assert.notEqual(compileDateFormat(format), null, format);
  assert.equal(parseDateTime("[2024] (5) 6", ["[yyyy] (M) d"], "UTC"), Date.UTC(2024, 4, 6));
});

test("time zones are checked by name", () => {
  assert.equal(isTimeZone("Asia/Shanghai"), true);
  assert.equal(isTimeZone("Asia/Peking"), false);
});
