import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Activity, ActivityBodies, ActivityKind } from "../live/activity.ts";
import type { Alert } from "../live/alert.ts";
import type { HistoryMinute } from "../live/forecast.ts";
import { at, planOf, slotOf, t0 } from "../live/live.testing.ts";
import { minuteMs } from "../live/time.ts";
import type { Sale } from "../rows.ts";
import { canonicalText } from "./canonical.ts";
import { sessionReport, type SessionReportInput } from "./session-report.ts";

const plan = planOf({
  slots: [slotOf("1", "A", { target: 100 }), slotOf("2", "B", { target: 50 }), slotOf("3", "C")],
});

/** A timeline, numbered as it is written. */
function timeline(
  ...steps: readonly (readonly [number, ActivityKind, unknown, string?])[]
): readonly Activity[] {
  return steps.map(
    ([minute, kind, body, sku], index) =>
      ({
        seq: index + 1,
        session: plan.id,
        at: at(minute),
        actor: "场控",
        kind,
        body,
        ...(sku === undefined ? {} : { sku }),
      }) as Activity,
  );
}

function alertOf(id: string, minute: number, more: Partial<Alert> = {}): ActivityBodies["alert_raised"] {
  const alert: Alert = {
    id,
    session: plan.id,
    rule: "eta",
    subject: "A",
    sku: "A",
    severity: 2,
    raisedAt: at(minute),
    evidence: { minutes: 20 },
    level: 0,
    acknowledged: null,
    quietSince: null,
    ...more,
  };
  return { alert };
}

function saleOf(minute: number, sku: string, units: number, more: Partial<Sale> = {}): Sale {
  return {
    minute: Math.floor(at(minute) / minuteMs),
    sku,
    channel: "douyin",
    session: plan.id,
    orders: units,
    ordered: units,
    sold: units,
    soldAmount: 100 * units,
    presold: 0,
    cancelled: 0,
    cancelledAmount: 0,
    shipped: 0,
    returned: 0,
    ...more,
  };
}

const minuteOf = (sellable: number, left: number): HistoryMinute => ({
  sellable,
  lowest: sellable,
  heldUnpaid: 0,
  left,
  sold: left,
  holds: { ended: 0, expired: 0 },
});

const input: SessionReportInput = {
  plan,
  currency: "CNY",
  now: at(60),
  activities: timeline(
    [0, "life", { step: "go_live", from: "draft", to: "live", reason: "来不及检查" }],
    [0, "pointer", { slot: "1", by: "tap" }],
    [5, "alert_raised", alertOf("x", 5), "A"],
    [6, "alert_acknowledged", { alert: "x", acknowledgement: { by: "运营", at: at(6), action: "supplier" } }],
    [7, "alert_acknowledged", { alert: "x", acknowledgement: { by: "别人", at: at(7), action: "note" } }],
    [10, "pointer", { slot: "2", by: "tap" }],
    [11, "alert_raised", alertOf("y", 11, { rule: "cooling", sku: "B", subject: "B", evidence: {} }), "B"],
    [12, "alert_escalated", { alert: "y", level: 1 }],
    [14, "alert_resolved", { alert: "y", reason: "recovered" }],
    [15, "patrol_opened", { card: { id: "p1", items: [] }, ordinal: 1, missed: 1 }],
    [16, "patrol_answered", { patrol: "p1", answers: [] }],
    [17, "host_message", { message: "m1", text: "还有最后 30 件", alert: null }],
    [18, "host_message_acknowledged", { message: "m1" }],
    [40, "life", { step: "end", from: "live", to: "ended", reason: null }],
  ),
  sales: [
    saleOf(1, "A", 60),
    saleOf(12, "A", 40, { channel: "taobao" }),
    saleOf(13, "B", 10, { cancelled: 2, cancelledAmount: 200 }),
    saleOf(55, "C", 5, { sold: 0, presold: 5 }),
  ],
  stocks: [
    { sku: "A", opening: 100, arrived: 0, closing: 0, shortageMost: 3, shortageOpen: 1 },
    { sku: "B", opening: 50, arrived: 10, closing: 50, shortageMost: 0, shortageOpen: 0 },
  ],
  histories: [
    {
      sku: "A",
      holdMinutes: 15,
      minutes: Array.from({ length: 40 }, (_, minute) =>
        minuteOf(Math.max(0, 100 - 5 * minute), minute < 20 ? 5 : 0),
      ),
    },
  ],
};

void suite("session reports", () => {
  const report = sessionReport(input);

  test("[RP7] what was sold, by channel and product, in steps of five minutes that sum to the whole", () => {
    const { totals, timeline: steps, channels, products } = report;
    assert.deepEqual([totals.sold, totals.presold, totals.cancelled], [110, 5, 2]);
    assert.deepEqual(totals.amounts, { sold: 11_500, cancelled: 200, net: 11_300 });
    assert.equal(steps.length, 8);
    assert.deepEqual(
      steps.map(({ sold }) => sold),
      [60, 0, 50, 0, 0, 0, 0, 5],
    );
    assert.equal(
      steps.reduce((sum, { amount }) => sum + amount, 0),
      totals.amounts.sold,
    );
    assert.deepEqual(
      channels.map(({ channel, units }) => [channel, units]),
      [
        ["douyin", 75],
        ["taobao", 40],
      ],
    );
    const [a, b, c] = products;
    assert.deepEqual(
      [a?.sku, a?.targetPercent, a?.sellThrough, a?.shownMinutes, a?.perShownMinute],
      ["A", 100, 100, 10, 10],
    );
    assert.deepEqual([b?.sku, b?.targetPercent, b?.arrived, b?.shownMinutes], ["B", 20, 10, 30]);
    assert.deepEqual([c?.sku, c?.presold, c?.perShownMinute], ["C", 5, null]);
    assert.deepEqual(report.best, ["A", "B", "C"]);
    assert.deepEqual(report.worst, ["B"]);
  });

  test("[RP8] alerts with how fast they were answered, patrols and messages; the first to acknowledge counts", () => {
    const { answers } = report;
    assert.deepEqual(
      answers.alerts.map(({ alert, by, answerSeconds, openSeconds, endedBy, level }) => [
        alert,
        by,
        answerSeconds,
        openSeconds,
        endedBy,
        level,
      ]),
      [
        ["x", "运营", 60, null, null, 0],
        ["y", null, null, 180, "recovered", 1],
      ],
    );
    const { raised, acknowledged, endedUnanswered, medianAnswerSeconds, passedOn } = answers;
    assert.deepEqual(
      [raised, acknowledged, endedUnanswered, medianAnswerSeconds, passedOn],
      [2, 1, 1, 60, 1],
    );
    assert.deepEqual(answers.patrols, { opened: 1, answered: 1, missed: 1 });
    assert.deepEqual(answers.messages, { sent: 1, read: 1, medianReadSeconds: 60 });
  });

  test("[RP9] what was forecast against what happened, and what was oversold: none, or the list", () => {
    assert.deepEqual(report.forecasts, [{ sku: "A", at: at(5), saidMinutes: 20, happenedMinutes: 15 }]);
    assert.equal(report.products[0]?.soldOutAt, at(20));
    assert.equal(report.leads.length, 3);
    assert.equal(report.leads.find(({ minutesBefore }) => minutesBefore === 10)?.cases, 1);
    assert.deepEqual([report.oversold, report.oversells], [3, [{ sku: "A", most: 3, open: 1 }]]);
    assert.equal(sessionReport({ ...input, stocks: [] }).oversold, 0);
  });

  test("[RP3] a session's report is the same to the byte; one that never went live or never ended has one too", () => {
    assert.equal(canonicalText(sessionReport(structuredClone(input))), canonicalText(report));
    assert.deepEqual([report.unsignedReason, report.liveMinutes], ["来不及检查", 40]);
    const never = sessionReport({ ...input, activities: [], sales: [], stocks: [], histories: [] });
    assert.deepEqual([never.liveMinutes, never.totals.sold, never.timeline.length], [0, 0, 12]);
    assert.equal(sessionReport({ ...input, activities: input.activities.slice(0, -1) }).liveMinutes, 60);
    assert.ok(report.events.every((event) => event.at >= t0));
  });
});
