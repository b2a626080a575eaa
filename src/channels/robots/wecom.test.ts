import assert from "node:assert/strict";
import { after, test } from "node:test";
import { RateLimit } from "../rate-limit.ts";
import { chatRobot } from "./chat-robot.ts";
import type { FailCode } from "./robot.ts";
import { byteLength, cutMark } from "./text.ts";
import { readWecomAnswer, wecom, wecomLimits, wecomPayload, wecomRates } from "./wecom.ts";
import { WireServer, alarm, alarmAt, answerOf, contextOf, wecomWire } from "./wire.testing.ts";

const server = await new WireServer({ body: wecomWire.ok }).start();
after(() => server.close());
const url = `${server.base}/cgi-bin/webhook/send?key=693a91f6-7aaa-4bc4-97a0-0ec2aaaa5aaa`;

test("the payload is Markdown that names people in its text", () => {
  assert.deepEqual(
    JSON.parse(wecomPayload({ ...alarm, mentions: { userIds: ["wangqing", "x y"] } }, alarmAt)),
    {
      msgtype: "markdown",
      markdown: {
        content: [
          '### <font color="warning">【紧急】A01 保温杯 快卖完了</font>',
          "**还剩 30 件**，按现在的速度还能卖 **3 分钟**",
          "- 让主播报“最后 30 件”",
          "- 准备备选 A02",
          "[去处理](https://zaiku.example.com/live/7?alert=7)",
          "<@wangqing>",
        ].join("\n"),
      },
    },
  );
});

test("everybody and phone numbers are called by a text message", () => {
  const mentions = { all: true, userIds: ["wangqing"], mobiles: ["13800001111"] };
  assert.deepEqual(JSON.parse(wecomPayload({ ...alarm, mentions }, alarmAt + 60_000)), {
    msgtype: "text",
    text: {
      content: [
        "【紧急】A01 保温杯 快卖完了",
        "还剩 30 件，按现在的速度还能卖 3 分钟",
        "· 让主播报“最后 30 件”",
        "· 准备备选 A02",
        "发生于 1 分钟前",
        "去处理：https://zaiku.example.com/live/7?alert=7",
      ].join("\n"),
      mentioned_list: ["@all", "wangqing"],
      mentioned_mobile_list: ["13800001111"],
    },
  });
  const many = Array.from({ length: 11 }, (_, index) => `u${index}`);
  assert.equal(JSON.parse(wecomPayload({ ...alarm, mentions: { userIds: many } }, alarmAt)).msgtype, "text");
});

test("a name in the text calls nobody", () => {
  const payload = wecomPayload({ ...alarm, title: "<@all>", text: "<@wangqing>" }, alarmAt);
  assert.doesNotMatch(payload, /<@/);
});

test("texts are cut to the bytes that each kind of message takes", () => {
  const long = { ...alarm, title: "题".repeat(300), text: "库存".repeat(3_000) };
  const { content } = JSON.parse(wecomPayload({ ...long, mentions: { userIds: ["a"] } }, alarmAt)).markdown;
  assert.ok(byteLength(content) <= wecomLimits.markdownBytesMax);
  assert.ok(byteLength(content) > wecomLimits.markdownBytesMax - 4);
  assert.ok(content.includes(cutMark) && content.endsWith("\n<@a>"));
  const { text } = JSON.parse(wecomPayload({ ...long, mentions: { all: true } }, alarmAt));
  assert.ok(byteLength(text.content) <= wecomLimits.textBytesMax);
  assert.ok(byteLength(text.content) > wecomLimits.textBytesMax - 4);
  assert.ok(text.content.endsWith("去处理：https://zaiku.example.com/live/7?alert=7"));
});

test("each answer is read, and a failure says what to do", () => {
  const rows: [body: string, code: FailCode, words: RegExp][] = [
    [wecomWire.key, "unknown_robot", /重新复制 Webhook/],
    [wecomWire.tooLong, "too_long", /缩短/],
    [wecomWire.params, "refused", /40058/],
    ['{"errcode":40008,"errmsg":"invalid message type"}', "refused", /40008.*invalid message type/],
  ];
  for (const [body, code, words] of rows) {
    const delivery = readWecomAnswer(answerOf(body));
    assert.ok(delivery.outcome === "failed", body);
    assert.equal(delivery.code, code);
    assert.match(delivery.reason.zh, words);
  }
  assert.deepEqual(readWecomAnswer(answerOf(wecomWire.ok)), { outcome: "delivered" });
  const limited = readWecomAnswer(answerOf(wecomWire.limited));
  assert.ok(limited.outcome === "retry" && limited.limited && limited.afterMs === 60_000);
  for (const body of [wecomWire.busy, "", "ok"])
    assert.equal(readWecomAnswer(answerOf(body)).outcome, "retry", body);
});

test("twenty messages a minute go over the wire", async () => {
  const robot = chatRobot(wecom, { url }, new RateLimit(wecomRates));
  for (let index = 0; index < 20; index += 1)
    assert.equal((await robot.send(alarm, contextOf())).outcome, "delivered");
  const waits = await robot.send(alarm, contextOf());
  assert.ok(waits.outcome === "retry" && waits.limited && waits.afterMs === 61_000);
  assert.equal(server.seen.length, 20);
  const [seen] = server.seen;
  assert.equal(seen?.url.search, "?key=693a91f6-7aaa-4bc4-97a0-0ec2aaaa5aaa");
  assert.equal(seen?.body.toString(), wecomPayload(alarm, alarmAt));
});

test("a description tells no secret", () => {
  const robot = chatRobot(wecom, { url }, new RateLimit(wecomRates));
  assert.deepEqual(robot.description(), { host: "127.0.0.1", key: "••••5aaa" });
});
