import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { businessDayOf, isTimeZone } from "./day.ts";

const rows: [now: string, timeZone: string, dayCutHour: number, date: string, from: string, to: string][] = [
  [
    "2026-11-11T20:00:00+08:00",
    "Asia/Shanghai",
    4,
    "2026-11-11",
    "2026-11-11T04:00:00+08:00",
    "2026-11-12T04:00:00+08:00",
  ],
  [
    "2026-11-12T03:59:59.999+08:00",
    "Asia/Shanghai",
    4,
    "2026-11-11",
    "2026-11-11T04:00:00+08:00",
    "2026-11-12T04:00:00+08:00",
  ],
  [
    "2026-11-12T04:00:00+08:00",
    "Asia/Shanghai",
    4,
    "2026-11-12",
    "2026-11-12T04:00:00+08:00",
    "2026-11-13T04:00:00+08:00",
  ],
  [
    "2026-11-12T00:00:00+08:00",
    "Asia/Shanghai",
    0,
    "2026-11-12",
    "2026-11-12T00:00:00+08:00",
    "2026-11-13T00:00:00+08:00",
  ],
  // 23 hours: London's clocks skip 01:00 to 02:00 on 2026-03-29.
  [
    "2026-03-29T12:00:00+01:00",
    "Europe/London",
    0,
    "2026-03-29",
    "2026-03-29T00:00:00Z",
    "2026-03-30T00:00:00+01:00",
  ],
  // A cut hour that is skipped is the moment at which the clocks jump.
  [
    "2026-03-29T12:00:00+01:00",
    "Europe/London",
    1,
    "2026-03-29",
    "2026-03-29T01:00:00Z",
    "2026-03-30T01:00:00+01:00",
  ],
  ["2026-03-29T00:59:00Z", "Europe/London", 1, "2026-03-28", "2026-03-28T01:00:00Z", "2026-03-29T01:00:00Z"],
  // An hour that comes twice: the first time counts.
  [
    "2026-10-25T01:30:00Z",
    "Europe/London",
    1,
    "2026-10-25",
    "2026-10-25T01:00:00+01:00",
    "2026-10-26T01:00:00Z",
  ],
  [
    "2026-10-24T23:30:00Z",
    "Europe/London",
    1,
    "2026-10-24",
    "2026-10-24T01:00:00+01:00",
    "2026-10-25T01:00:00+01:00",
  ],
  [
    "2026-03-08T12:00:00-07:00",
    "America/Los_Angeles",
    2,
    "2026-03-08",
    "2026-03-08T02:00:00-08:00",
    "2026-03-09T02:00:00-07:00",
  ],
  // Half an hour, in the southern spring, in a zone of its own.
  [
    "2026-10-04T12:00:00+11:00",
    "Australia/Lord_Howe",
    2,
    "2026-10-04",
    "2026-10-03T15:30:00Z",
    "2026-10-05T02:00:00+11:00",
  ],
  [
    "2026-01-01T00:30:00Z",
    "Asia/Kolkata",
    4,
    "2026-01-01",
    "2026-01-01T04:00:00+05:30",
    "2026-01-02T04:00:00+05:30",
  ],
  [
    "2026-06-30T23:00:00Z",
    "Pacific/Kiritimati",
    4,
    "2026-07-01",
    "2026-07-01T04:00:00+14:00",
    "2026-07-02T04:00:00+14:00",
  ],
];

for (const [now, timeZone, dayCutHour, date, from, to] of rows) {
  test(`${now} in ${timeZone}, cut at ${dayCutHour}, is in the day of ${date}`, () => {
    const day = businessDayOf(Date.parse(now), { timeZone, dayCutHour });
    assert.deepEqual(
      { date: day.date, from: new Date(day.from).toISOString(), to: new Date(day.to).toISOString() },
      { date, from: new Date(from).toISOString(), to: new Date(to).toISOString() },
    );
  });
}

test("days follow each other without a gap in every zone", () => {
  const zones = [
    "Asia/Shanghai",
    "Europe/London",
    "America/Los_Angeles",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Africa/Casablanca",
    "Pacific/Apia",
  ];
  const moments = fc.integer({
    min: Date.parse("2009-01-01T00:00:00Z"),
    max: Date.parse("2037-01-01T00:00:00Z"),
  });
  fc.assert(
    fc.property(
      moments,
      fc.constantFrom(...zones),
      fc.integer({ min: 0, max: 23 }),
      (now, timeZone, dayCutHour) => {
        const rules = { timeZone, dayCutHour };
        const day = businessDayOf(now, rules);
        assert.ok(day.from <= now && now < day.to, "the moment lies in its day");
        assert.deepEqual(businessDayOf(day.from, rules), day);
        assert.deepEqual(businessDayOf(day.to - 1, rules), day);
        assert.equal(businessDayOf(day.to, rules).from, day.to);
      },
    ),
    { numRuns: 500 },
  );
});

test("a zone is known or not", () => {
  assert.equal(isTimeZone("Asia/Shanghai"), true);
  assert.equal(isTimeZone("Asia/Shangri-La"), false);
  assert.equal(isTimeZone(""), false);
});
