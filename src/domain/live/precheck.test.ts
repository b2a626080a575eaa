import assert from "node:assert/strict";
import { test } from "node:test";
import { at, planOf, slotOf, t0 } from "./live.testing.ts";
import {
  checkNames,
  dueReminder,
  fixNames,
  precheckLines,
  precheckSettingsDefault,
  precheckSums,
  precheckText,
  signPrecheck,
  worseSince,
  type PrecheckInputs,
  type PrecheckLine,
  type PrecheckSku,
} from "./precheck.ts";
import { hourMs, minuteMs } from "./time.ts";

function ready(sku: string, more: Partial<PrecheckSku> = {}): PrecheckSku {
  return {
    sku,
    sellable: 1_000,
    committed: 40,
    shortage: 0,
    buffer: 20,
    limit: 2,
    selling: true,
    setAside: 40,
    count: { at: t0 - hourMs, variance: 0 },
    suspects: [],
    mapped: ["douyin"],
    shown: [{ channel: "douyin", listing: "L1", units: 1_000, expected: 1_000 }],
    ...more,
  };
}

function inputsOf(sku: Partial<PrecheckSku>, more: Partial<PrecheckInputs> = {}): PrecheckInputs {
  return {
    plan: planOf({ slots: [slotOf("1", "A", { target: 600 })] }),
    skus: new Map([["A", ready("A", sku)]]),
    connectors: [{ id: "douyin", answers: true, lastSeenAt: t0 }],
    unseen: [{ channel: "jd", compared: { at: t0 - hourMs, open: 0 } }],
    robots: [{ id: "dingtalk", answers: true, lastSeenAt: null }],
    settings: precheckSettingsDefault,
    ...more,
  };
}

function line(lines: readonly PrecheckLine[], id: string): PrecheckLine {
  const found = lines.find((one) => one.id === id);
  assert(found !== undefined, `${id} of ${lines.map((one) => one.id).join(" ")}`);
  return found;
}

test("[V4] where everything is in order every line passes and none needs a fix", () => {
  const lines = precheckLines(inputsOf({}), t0);
  assert.deepEqual(precheckSums(lines), { pass: lines.length, warn: 0, fail: 0, worst: "pass" });
  assert.deepEqual(
    lines.flatMap((one) => one.fixes),
    [],
  );
  assert.deepEqual(
    [...new Set(lines.map((one) => one.check))].toSorted(),
    Object.keys(checkNames).toSorted(),
  );
  assert.equal(new Set(lines.map((one) => one.id)).size, lines.length);
});

test("[V4] each line passes, warns or fails with its evidence and what one tap can do", () => {
  const shelf = { warehouse: "main", bin: "A-1", lot: "" };
  const rows: [
    id: string,
    sku: Partial<PrecheckSku>,
    result: string,
    evidence: Record<string, unknown>,
    fixes: string[],
  ][] = [
    ["stock:A", { sellable: 0 }, "fail", { sellable: 0, target: 600 }, ["ask_supplier", "unplan"]],
    ["stock:A", { sellable: 599 }, "warn", { sellable: 599 }, ["lower_target", "ask_supplier", "unplan"]],
    ["stock:A", { sellable: 600 }, "pass", {}, []],
    ["backlog:A", { shortage: 3 }, "fail", { shortage: 3 }, ["ask_supplier"]],
    ["counted:A", { count: null }, "warn", { hoursAgo: null, variance: null }, ["open_spot_count"]],
    [
      "counted:A",
      { count: { at: t0 - 25 * hourMs, variance: 0 } },
      "warn",
      { hoursAgo: 25 },
      ["open_spot_count"],
    ],
    ["counted:A", { count: { at: t0 - 24 * hourMs, variance: 0 } }, "pass", { hoursAgo: 24 }, []],
    [
      "counted:A",
      { count: { at: t0 - hourMs, variance: -2 } },
      "fail",
      { variance: -2 },
      ["open_spot_count"],
    ],
    [
      "channel_number:A:douyin:L1",
      { shown: [{ channel: "douyin", listing: "L1", units: 1_001, expected: 1_000 }] },
      "fail",
      { shown: 1_001, expected: 1_000 },
      ["push_stock"],
    ],
    [
      "channel_number:A:douyin:L1",
      { shown: [{ channel: "douyin", listing: "L1", units: 999, expected: 1_000 }] },
      "warn",
      {},
      ["push_stock"],
    ],
    [
      "channel_number:A:douyin:L1",
      { shown: [{ channel: "douyin", listing: "L1", units: null, expected: 1_000 }] },
      "warn",
      { shown: null },
      ["push_stock"],
    ],
    ["set_aside:A", { setAside: 30 }, "warn", { committed: 40, setAside: 30, missing: 10 }, ["set_aside"]],
    [
      "suspect:A",
      { suspects: [{ kind: "damaged", units: 3, ...shelf }] },
      "fail",
      { damaged: 3 },
      ["move_to_quarantine"],
    ],
    [
      "suspect:A",
      {
        suspects: [
          { kind: "expiring", units: 3, ...shelf },
          { kind: "stuck", units: 2, ...shelf },
        ],
      },
      "fail",
      { expiring: 3, stuck: 2 },
      ["move_to_quarantine", "put_away"],
    ],
    [
      "suspect:A",
      { suspects: [{ kind: "unplaced", units: 2, ...shelf }] },
      "warn",
      { unplaced: 2 },
      ["put_away"],
    ],
    ["suspect:A", { suspects: [{ kind: "damaged", units: 0, ...shelf }] }, "pass", { damaged: 0 }, []],
    ["mapped:A:douyin", { mapped: [] }, "fail", { channel: "douyin" }, ["map_listing"]],
    ["selling:A", { selling: false }, "fail", {}, ["resume_selling"]],
    ["buffer:A", { buffer: 0 }, "warn", { buffer: 0, target: 600 }, ["set_buffer"]],
    ["limit:A", { limit: null }, "warn", { limit: null }, ["set_limit"]],
  ];
  for (const [id, sku, result, evidence, fixes] of rows) {
    const found = line(precheckLines(inputsOf(sku), t0), id);
    assert.equal(found.result, result, `${id} ${JSON.stringify(sku)}`);
    assert.deepEqual(
      found.fixes.map((fix) => fix.action),
      fixes,
      id,
    );
    for (const [name, value] of Object.entries(evidence))
      assert.equal(found.evidence[name], value, `${id} ${name}`);
    for (const fix of found.fixes) assert.match(fixNames[fix.action].zh, /\p{Script=Han}/u);
  }
});

test("[V4] a fix carries what it needs to be done in one tap", () => {
  const suspects = [{ kind: "damaged", units: 3, warehouse: "main", bin: "A-1", lot: "L7" }] as const;
  const lines = precheckLines(inputsOf({ suspects, sellable: 599, setAside: 0 }), t0);
  assert.deepEqual(line(lines, "suspect:A").fixes, [
    { action: "move_to_quarantine", units: 3, warehouse: "main", bin: "A-1", lot: "L7" },
  ]);
  assert.deepEqual(line(lines, "stock:A").fixes[0], { action: "lower_target", units: 599 });
  assert.deepEqual(line(lines, "set_aside:A").fixes, [{ action: "set_aside", units: 40 }]);
});

test("[V4] an unknown product, a silent channel and a silent robot are told", () => {
  const lines = precheckLines(
    inputsOf(
      {},
      {
        plan: planOf({ slots: [slotOf("1", "GONE"), slotOf("2", "A"), slotOf("3", "GONE")] }),
        connectors: [{ id: "douyin", answers: false, lastSeenAt: t0 - minuteMs }],
        robots: [{ id: "dingtalk", answers: false, lastSeenAt: null }],
      },
    ),
    t0,
  );
  assert.deepEqual(
    lines
      .filter((one) => one.result !== "pass")
      .map(({ id, result, fixes }) => [id, result, fixes.map((fix) => fix.action).join()]),
    [
      ["known:GONE", "fail", "create_sku,unplan"],
      ["connector:douyin", "fail", "test_connector"],
      ["robot:dingtalk", "warn", "test_robot"],
    ],
  );
  assert.equal(line(lines, "connector:douyin").evidence["secondsAgo"], 60);
});

test("[V4] only hot products need a buffer and a limit, and the slot's own count", () => {
  const ids = (target: number | null, sellable: number): string[] =>
    precheckLines(
      inputsOf(
        { sellable, buffer: 0, limit: null },
        { plan: planOf({ slots: [slotOf("1", "A", { target })] }) },
      ),
      t0,
    )
      .filter((one) => one.check === "buffer" || one.check === "limit")
      .map((one) => `${one.id} ${one.result}`);
  assert.deepEqual(ids(null, 1_000), []);
  assert.deepEqual(ids(499, 1_000), []);
  assert.deepEqual(ids(500, 100_000), ["buffer:A warn", "limit:A warn"]);
  assert.deepEqual(ids(50, 100), ["buffer:A warn", "limit:A warn"]);
  const slots = [
    slotOf("1", "A", { target: 300, buffer: 10, buyerLimit: 1 }),
    slotOf("2", "A", { target: 300, buyerLimit: 1 }),
  ];
  const lines = precheckLines(inputsOf({ buffer: 0, limit: null }, { plan: planOf({ slots }) }), t0);
  assert.deepEqual([line(lines, "buffer:A").result, line(lines, "limit:A").result], ["pass", "pass"]);
  assert.equal(line(lines, "stock:A").evidence["target"], 600, "the targets of all its slots");
});

test("[V5] somebody is reminded two hours and one hour before, once each, until it is signed", () => {
  const startsAt = at(300);
  const sent = (...minutes: number[]) => minutes.map((minutesBefore) => ({ minutesBefore, startsAt }));
  const rows: [minutesBefore: number, ReturnType<typeof sent>, signed: boolean, want: number | null][] = [
    [121, [], false, null],
    [120, [], false, 120],
    [119, sent(120), false, null],
    [60, sent(120), false, 60],
    [60, sent(120), true, null],
    [59, sent(120, 60), false, null],
    // Planned late: only the last of those that are due.
    [50, [], false, 60],
    [49, sent(60), false, null],
    [0, [], false, null],
    [-5, [], false, null],
    // The session was moved: the reminders were for another beginning.
    [110, [{ minutesBefore: 120, startsAt: at(200) }], false, 120],
  ];
  for (const [minutesBefore, before, signed, want] of rows) {
    const due = dueReminder(startsAt, before, signed, startsAt - minutesBefore * minuteMs);
    assert.deepEqual(
      due,
      want === null ? null : { minutesBefore: want, startsAt },
      `${minutesBefore} ${JSON.stringify(before)}`,
    );
  }
});

test("[V6] a signature covers the lines that were seen, and failed ones only with a reason", () => {
  const lines = precheckLines(inputsOf({ sellable: 599, shortage: 1 }), t0);
  const sign = (seen: string, note: string) =>
    signPrecheck(lines, { seen, digest: "d1", by: "小林", at: t0, note });
  const outcome = sign("d1", "缺的 1 件今晚到");
  const { pass, warn, fail } = precheckSums(lines);
  assert.deepEqual(outcome, {
    ok: true,
    signature: { digest: "d1", by: "小林", at: t0, note: "缺的 1 件今晚到", pass, warn, fail },
  });
  assert.deepEqual([warn, fail], [1, 1]);
  const code = (one: ReturnType<typeof sign>): string => (one.ok ? "ok" : one.code);
  assert.equal(code(sign("d0", "x")), "list_changed");
  assert.equal(code(sign("d1", "  ")), "note_needed");
  assert.equal(
    code(
      signPrecheck(precheckLines(inputsOf({ sellable: 599 }), t0), {
        seen: "d",
        digest: "d",
        by: "x",
        at: t0,
        note: "",
      }),
    ),
    "ok",
  );
});

test("[V6] the signed text changes with a result or its evidence, not with the order of lines or the passing time", () => {
  const lines = precheckLines(inputsOf({}), t0);
  const text = precheckText(lines);
  assert.equal(precheckText(lines.toReversed()), text);
  assert.equal(precheckText(precheckLines(inputsOf({}), t0 + minuteMs)), text);
  assert.notEqual(precheckText(precheckLines(inputsOf({ sellable: 999 }), t0)), text);
  assert.notEqual(precheckText(lines.slice(1)), text);
});

test("[V6] the lines that are worse than when they were signed are found, by line", () => {
  const signed = precheckLines(inputsOf({ sellable: 599 }), t0);
  const worse = (change: Partial<PrecheckSku>): string[] =>
    worseSince(signed, precheckLines(inputsOf(change), t0)).map((one) => one.id);
  assert.deepEqual(worse({ sellable: 500 }), [], "other numbers, the same result");
  assert.deepEqual(worse({ sellable: 900 }), []);
  assert.deepEqual(worse({ sellable: 0, shortage: 1 }), ["stock:A", "backlog:A"]);
  const more = precheckLines(
    inputsOf({ sellable: 599 }, { plan: planOf({ slots: [slotOf("1", "A"), slotOf("2", "NEW")] }) }),
    t0,
  );
  assert.deepEqual(
    worseSince(signed, more).map((one) => one.id),
    ["known:NEW"],
  );
});

test("[V4] what a channel shows and nobody can read is said to be unchecked, with when its orders were last compared", () => {
  const seen = (compared: { at: number; open: number } | null) => {
    const lines = precheckLines(inputsOf({}, { unseen: [{ channel: "jd", compared }] }), t0);
    return line(lines, "channel_number:jd");
  };
  const rows: [compared: { at: number; open: number } | null, result: string, hours: number | null][] = [
    [null, "warn", null],
    [{ at: t0 - 24 * hourMs, open: 0 }, "pass", 24],
    [{ at: t0 - 25 * hourMs, open: 0 }, "warn", 25],
    [{ at: t0 - hourMs, open: 3 }, "warn", 1],
  ];
  for (const [compared, result, hours] of rows) {
    const { evidence, fixes, sku, ...one } = seen(compared);
    assert.equal(one.result, result, JSON.stringify(compared));
    assert.deepEqual(
      [evidence.shown, evidence.hoursAgo, evidence.open],
      [null, hours, compared?.open ?? null],
    );
    assert.deepEqual(fixes, result === "pass" ? [] : [{ action: "compare_export", channel: "jd" }]);
    assert.equal(sku, null);
  }
  // Only hours pass: what was signed still holds.
  const text = (at: number) => precheckText([seen({ at, open: 0 })]);
  assert.equal(text(t0 - hourMs), text(t0 - 2 * hourMs));
});
