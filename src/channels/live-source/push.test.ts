import assert from "node:assert/strict";
import { test } from "node:test";
import { gapSample, stretchesOf } from "./live-source.ts";
import type { LiveMessage, LiveSample } from "./live-source.ts";
import { pushLimits, pushSource } from "./push.ts";
import { openLiveSource } from "./registry.ts";

const now = Date.parse("2026-11-11T20:15:00+08:00");

function messageOf(value: unknown): LiveMessage {
  return { headers: {}, body: Buffer.from(typeof value === "string" ? value : JSON.stringify(value)) };
}

test("samples are taken as they are; what is not said is not known", () => {
  const received = pushSource({}).receive(
    messageOf({
      samples: [
        {
          room: "main",
          at: "2026-11-11T20:14:30.500+08:00",
          viewers: 100_000,
          likes: 3_000_000,
          amount: { minor: 123_456_00, currency: "CNY" },
        },
        { room: "side", viewers: 0 },
        { room: "side", at: "2026-11-11T12:14:00Z", likes: 5, viewers: null },
      ],
    }),
    now,
  );
  assert.deepEqual(received, {
    ok: true,
    samples: [
      {
        room: "main",
        at: now - 29_500,
        viewers: 100_000,
        likes: 3_000_000,
        amount: { minor: 123_456_00, currency: "CNY" },
        gap: null,
      },
      { room: "side", at: now, viewers: 0, likes: null, amount: null, gap: null },
      { room: "side", at: now - 60_000, viewers: null, likes: 5, amount: null, gap: null },
    ],
    faults: [],
  });
});

test("one bad sample loses none of the others, and each says what is wrong", () => {
  const good = { room: "main", viewers: 1 };
  const rows: [sample: unknown, path: string, words: RegExp][] = [
    [null, "samples[1]", /必须是对象/],
    [{ viewers: 1 }, "samples[1].room", /缺少/],
    [{ room: "main" }, "samples[1]", /至少要有一个/],
    [{ room: "main", viewers: null }, "samples[1]", /至少要有一个/],
    [{ room: "main", viewers: -1 }, "samples[1].viewers", /不能小于 0/],
    [{ room: "main", viewers: 1.5 }, "samples[1].viewers", /整数/],
    [{ room: "main", viewers: "5" }, "samples[1].viewers", /整数/],
    [{ room: "main", viewers: 2 ** 53 }, "samples[1].viewers", /.+/],
    [{ room: "main", likes: 1, at: "yesterday" }, "samples[1].at", /格式不对/],
    [{ room: "main", likes: 1, at: "2026-11-11T20:15:00" }, "samples[1].at", /格式不对/],
    [{ room: "main", likes: 1, at: "2026-13-11T20:15:00Z" }, "samples[1].at", /没有这个时间/],
    [{ room: "main", likes: 1, at: "2026-11-11T20:17:00+08:00" }, "samples[1].at", /未来.*时钟/],
    [{ room: "main", likes: 1, at: "2026-11-10T20:14:00+08:00" }, "samples[1].at", /太早/],
    [{ room: "main", amount: { minor: 1, currency: "yuan" } }, "samples[1].amount.currency", /格式不对/],
    [{ room: "main", amount: { minor: -1, currency: "CNY" } }, "samples[1].amount.minor", /不能小于 0/],
    [{ room: "main", viewers: 1, gmv: 5 }, "samples[1].gmv", /没有这个字段/],
    [{ room: "elsewhere", viewers: 1 }, "samples[1].room", /没有这个直播间/],
  ];
  for (const [sample, path, words] of rows) {
    const received = pushSource({ rooms: ["main"] }).receive(
      messageOf({ samples: [good, sample, good] }),
      now,
    );
    const label = JSON.stringify(sample);
    assert.ok(received.ok, label);
    assert.equal(received.samples.length, 2, label);
    assert.equal(received.faults.length, 1, label);
    assert.equal(received.faults[0]?.path, path, label);
    assert.match(received.faults[0]?.zh ?? "", words, label);
  }
});

test("what is no list of samples is refused as a whole", () => {
  const rows: [value: unknown, status: number, words: RegExp][] = [
    ["", 400, /JSON/],
    ["{", 400, /JSON/],
    [[], 400, /必须是对象/],
    [{}, 400, /samples.*缺少/],
    [{ samples: [] }, 400, /至少要有 1 项/],
    [{ samples: Array(pushLimits.samplesMax + 1).fill(0) }, 400, /最多 1000 项/],
    [" ".repeat(pushLimits.bodyBytesMax + 1), 413, /分几次/],
  ];
  for (const [value, status, words] of rows) {
    const received = pushSource({}).receive(messageOf(value), now);
    assert.ok(!received.ok);
    assert.equal(received.status, status);
    assert.match(received.problem.zh, words);
  }
  const halfCharacter = pushSource({}).receive(
    { headers: {}, body: Buffer.from([0x22, 0xe5, 0xba, 0x22]) },
    now,
  );
  assert.ok(!halfCharacter.ok && halfCharacter.status === 400);
});

test("a pushed source has nothing to ask", async () => {
  const source = pushSource({ rooms: ["main", "side"] });
  const signal = new AbortController().signal;
  const fetch = (): never => assert.fail("nothing is to be asked");
  assert.deepEqual(await source.poll({ now, fetch, signal }), []);
  assert.equal(source.pollEveryMs, null);
  assert.deepEqual(source.description(), { rooms: "main、side" });
});

test("samples are joined into stretches: a gap, or silence, ends one", () => {
  const sample = (at: number): LiveSample => {
    return { room: "main", at, viewers: at, likes: null, amount: null, gap: null };
  };
  const gap = gapSample("main", 40, { code: "unreachable", zh: "连不上", en: "unreachable" });
  const samples = [sample(0), sample(10), sample(20), gap, sample(50), sample(60), sample(91), sample(100)];
  assert.deepEqual(
    stretchesOf(samples, 30).map((stretch) => stretch.map(({ at }) => at)),
    [
      [0, 10, 20],
      [50, 60],
      [91, 100],
    ],
  );
  assert.deepEqual(stretchesOf([], 30), []);
  assert.deepEqual(stretchesOf([gap, gap], 30), []);
});

test("sources are opened from their configuration, and what is wrong is said with its place", () => {
  const agora = {
    appId: "0123456789abcdef0123456789abcdef",
    customerId: "customer",
    customerSecret: "secret",
    rooms: [{ room: "main", channelName: "live-3" }],
  };
  for (const [kind, configuration] of [
    ["push", {}],
    ["push", { rooms: ["main"] }],
    ["agora", agora],
  ] as const) {
    const opened = openLiveSource(kind, configuration);
    assert.ok(opened.ok);
    assert.equal(opened.source.kind, kind);
  }
  const rows: [kind: string, configuration: unknown, path: string][] = [
    ["douyin", {}, "kind"],
    ["push", { rooms: [] }, "rooms"],
    ["push", { room: "main" }, "room"],
    ["agora", { ...agora, appId: "123" }, "appId"],
    ["agora", { ...agora, customerId: "a:b" }, "customerId"],
    ["agora", { ...agora, rooms: [] }, "rooms"],
    ["agora", { ...agora, rooms: [{ room: "main" }] }, "rooms[0].channelName"],
    ["agora", { ...agora, rooms: [...agora.rooms, ...agora.rooms] }, "rooms"],
    ["agora", { ...agora, customerSecret: undefined }, "customerSecret"],
  ];
  for (const [kind, configuration, path] of rows) {
    const opened = openLiveSource(kind, configuration);
    assert.ok(!opened.ok, kind);
    assert.equal(opened.fault.path, path);
    assert.ok(opened.fault.zh.length > 0 && opened.fault.en.length > 0);
  }
});
