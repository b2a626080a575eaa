import assert from "node:assert/strict";
import { test } from "node:test";
import { businessDay } from "./day-turn.ts";

const shop = { timeZone: "Asia/Shanghai", dayCutHour: 4 };

test("what happens before the cut belongs to the day before", () => {
  assert.equal(businessDay(Date.parse("2026-11-12T03:59:59+08:00"), shop), "2026-11-11");
  assert.equal(businessDay(Date.parse("2026-11-12T04:00:00+08:00"), shop), "2026-11-12");
});
