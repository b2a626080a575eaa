import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, test } from "node:test";
import { RateLimit } from "../rate-limit.ts";
import { chatRobot } from "./chat-robot.ts";
import {
  dingtalk,
  dingtalkLimits,
  dingtalkPayload,
  dingtalkRates,
  dingtalkSign,
  dingtalkUrl,
  readDingtalkAnswer,
} from "./dingtalk.ts";
import type { DingtalkOptions } from "./dingtalk.ts";
import type { FailCode } from "./robot.ts";
import { byteLength, cutMark } from "./text.ts";
import { WireServer, alarm, alarmAt, answerOf, contextOf, dingtalkWire } from "./wire.testing.ts";

const url = "https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef";
const server = await new WireServer({ body: dingtalkWire.ok }).start();
after(() => server.close());

test("the signature is that of the documented vector", () => {
  assert.equal(dingtalkSign(1_700_000_000_000, "SECtest"), "aZLLrriXgn05YbwaGR7knYsLeJADjr9NwLaNNKpxh4g=");
});

test("the address carries the signature encoded for it", () => {
  // This one has both + and / in it.
  const now = 1_700_000_000_006;
  const secret = "SECb";
  const sign = createHmac("sha256", secret).update(`${now}\n${secret}`).digest("base64");
  const signed = dingtalkUrl({ url, secret }, now);
  assert.equal(signed, `${url}&timestamp=${now}&sign=${encodeURIComponent(sign)}`);
  assert.equal(new URL(signed).searchParams.get("sign"), sign);
  assert.equal(dingtalkUrl({ url }, now), url);
});

test("the payload is a Markdown message whose text names who is called", () => {
  const mentions = { mobiles: ["13800001111"], userIds: ["zhangsan"] };
  assert.deepEqual(JSON.parse(dingtalkPayload({ ...alarm, mentions }, ["在库"], alarmAt + 120_000)), {
    msgtype: "markdown",
    markdown: {
      title: "【紧急】A01 保温杯 快卖完了",
      text: [
        "### 【紧急】A01 保温杯 快卖完了",
        "**还剩 30 件**，按现在的速度还能卖 **3 分钟**  \n- 让主播报“最后 30 件”  \n- 准备备选 A02",
        "发生于 2 分钟前",
        "[去处理](https://zaiku.example.com/live/7?alert=7)",
        "@13800001111 @zhangsan",
        "在库",
      ].join("\n\n"),
    },
    at: { atMobiles: ["13800001111"], atUserIds: ["zhangsan"], isAtAll: false },
  });
  const toAll = JSON.parse(dingtalkPayload({ ...alarm, mentions: { all: true } }, [], alarmAt));
  assert.deepEqual(toAll.at, { atMobiles: [], atUserIds: [], isAtAll: true });
});

test("a keyword that is in the text is not added", () => {
  const { markdown } = JSON.parse(dingtalkPayload(alarm, ["保温杯"], alarmAt));
  assert.equal(markdown.text.split("保温杯").length, 2);
});

test("a long text is cut to the size that is taken; headline, link and keyword stay", () => {
  for (const text of ["库存".repeat(9_000), '"\n'.repeat(9_000)]) {
    const payload = dingtalkPayload({ ...alarm, text }, ["在库"], alarmAt);
    assert.ok(byteLength(payload) <= dingtalkLimits.bodyBytesMax);
    assert.ok(byteLength(payload) > dingtalkLimits.bodyBytesMax - 100);
    const { markdown } = JSON.parse(payload);
    assert.ok(markdown.text.startsWith("### 【紧急】"));
    assert.ok(markdown.text.includes(cutMark));
    assert.ok(markdown.text.endsWith("[去处理](https://zaiku.example.com/live/7?alert=7)\n\n在库"));
  }
});

test("each answer is read, and a failure says what to do", () => {
  const rows: [body: string, code: FailCode, words: RegExp][] = [
    [dingtalkWire.keywords, "keyword_missing", /关键词.*填到这里/],
    [dingtalkWire.keywordsNewer, "keyword_missing", /关键词/],
    [dingtalkWire.sign, "bad_signature", /重新复制 SEC/],
    [dingtalkWire.signNewer, "bad_signature", /重新复制 SEC/],
    [dingtalkWire.timestamp, "clock_wrong", /校准服务器时间/],
    [dingtalkWire.timestampNewer, "clock_wrong", /校准服务器时间/],
    [dingtalkWire.ip, "ip_not_allowed", /白名单/],
    [dingtalkWire.token, "unknown_robot", /重新复制 Webhook/],
    [dingtalkWire.tooLong, "too_long", /缩短/],
    [dingtalkWire.other, "refused", /400105.*unsupported msgtype/],
    ['{"errcode":310000,"errmsg":"something new"}', "refused", /310000.*something new/],
  ];
  for (const [body, code, words] of rows) {
    const delivery = readDingtalkAnswer(answerOf(body));
    assert.equal(delivery.outcome, "failed", body);
    if (delivery.outcome !== "failed") continue;
    assert.equal(delivery.code, code, body);
    assert.match(delivery.reason.zh, words);
    assert.ok(delivery.reason.en.length > 10);
  }
  assert.deepEqual(readDingtalkAnswer(answerOf(dingtalkWire.ok)), { outcome: "delivered" });
});

test("too fast waits out the ten minutes of silence, busy waits a little, nonsense is tried again", () => {
  const limited = readDingtalkAnswer(answerOf(dingtalkWire.tooFast));
  assert.ok(limited.outcome === "retry" && limited.limited);
  assert.equal(limited.afterMs, 600_000);
  for (const answer of [
    answerOf(dingtalkWire.busy),
    answerOf("<html>502</html>", 502),
    answerOf(""),
    answerOf("[]"),
    answerOf('{"errcode":"0"}'),
  ]) {
    const delivery = readDingtalkAnswer(answer);
    assert.ok(delivery.outcome === "retry" && delivery.afterMs < 60_000 && !delivery.limited);
  }
});

function robotOf(more: Partial<DingtalkOptions> = {}) {
  const options = { url: `${server.base}/robot/send?access_token=0123456789abcdef`, ...more };
  return chatRobot(dingtalk, options, new RateLimit(dingtalkRates));
}

test("what goes over the wire is what DingTalk documents", async () => {
  server.seen.length = 0;
  const robot = robotOf({ secret: "SECtest" });
  assert.deepEqual(await robot.send(alarm, contextOf({ now: 1_700_000_000_000 })), { outcome: "delivered" });
  const [seen] = server.seen;
  assert.ok(seen);
  assert.equal(seen.method, "POST");
  assert.equal(seen.url.pathname, "/robot/send");
  assert.deepEqual(Object.fromEntries(seen.url.searchParams), {
    access_token: "0123456789abcdef",
    timestamp: "1700000000000",
    sign: "aZLLrriXgn05YbwaGR7knYsLeJADjr9NwLaNNKpxh4g=",
  });
  assert.equal(seen.headers["content-type"], "application/json; charset=utf-8");
  assert.equal(seen.body.toString(), dingtalkPayload(alarm, [], 1_700_000_000_000));
});

test("the 21st message of a minute is not sent but told to wait, and then goes", async () => {
  server.seen.length = 0;
  const robot = robotOf();
  for (let index = 0; index < 20; index += 1) {
    const sent = await robot.send(alarm, contextOf({ now: alarmAt + index * 100 }));
    assert.equal(sent.outcome, "delivered");
  }
  const waits = await robot.send(alarm, contextOf({ now: alarmAt + 2_000 }));
  assert.ok(waits.outcome === "retry" && waits.limited);
  assert.equal(waits.afterMs, 59_000);
  assert.match(waits.reason.zh, /钉钉限流，59 秒后自动发出/);
  assert.equal(server.seen.length, 20);
  assert.equal((await robot.send(alarm, contextOf({ now: alarmAt + 61_000 }))).outcome, "delivered");
});

test("after DingTalk said too fast nothing is sent for ten minutes", async () => {
  server.seen.length = 0;
  server.reply = { body: dingtalkWire.tooFast };
  const robot = robotOf();
  const first = await robot.send(alarm, contextOf());
  assert.ok(first.outcome === "retry" && first.afterMs === 600_000);
  server.reply = { body: dingtalkWire.ok };
  const second = await robot.send(alarm, contextOf({ now: alarmAt + 60_000 }));
  assert.ok(second.outcome === "retry" && second.afterMs === 540_000);
  assert.equal(server.seen.length, 1);
  assert.equal((await robot.send(alarm, contextOf({ now: alarmAt + 600_000 }))).outcome, "delivered");
});

test("a description tells no secret", () => {
  const shown = robotOf({ secret: "SECabcdefghijklmnop", keywords: ["在库"] }).description();
  assert.deepEqual(shown, {
    host: "127.0.0.1",
    accessToken: "••••cdef",
    secret: "••••mnop",
    keywords: "在库",
  });
});
