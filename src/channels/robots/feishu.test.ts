import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, test } from "node:test";
import { RateLimit } from "../rate-limit.ts";
import { chatRobot } from "./chat-robot.ts";
import { feishu, feishuLimits, feishuPayload, feishuRates, feishuSign, readFeishuAnswer } from "./feishu.ts";
import type { FailCode } from "./robot.ts";
import { byteLength, cutMark } from "./text.ts";
import { WireServer, alarm, alarmAt, answerOf, contextOf, feishuWire } from "./wire.testing.ts";

const server = await new WireServer({ body: feishuWire.ok }).start();
after(() => server.close());
const hook = `${server.base}/open-apis/bot/v2/hook/0000aaaa-1111-2222-3333-444455556666`;

test("the signature is that of the documented vector", () => {
  assert.equal(feishuSign(1_700_000_000, "fstest"), "QIp53cMcThiesoXCS6/RsEiTdAmvtGyJcgzJGXl2QVE=");
  const independent = createHmac("sha256", Buffer.from("1599360473\n密钥")).update("").digest("base64");
  assert.equal(feishuSign(1_599_360_473, "密钥"), independent);
});

test("the payload is a signed card with a button", () => {
  const mentions = {
    all: true,
    userIds: ["ou_c99c5f35d542efc7ee492afe11af19ef", "x></at>"],
    mobiles: ["138"],
  };
  const payload = feishuPayload(
    { secret: "fstest", keywords: ["在库"] },
    { ...alarm, mentions },
    1_700_000_000_999,
  );
  assert.deepEqual(JSON.parse(payload), {
    timestamp: "1700000000",
    sign: "QIp53cMcThiesoXCS6/RsEiTdAmvtGyJcgzJGXl2QVE=",
    msg_type: "interactive",
    card: {
      config: { wide_screen_mode: true },
      header: { template: "red", title: { tag: "plain_text", content: "【紧急】A01 保温杯 快卖完了" } },
      elements: [
        {
          tag: "div",
          text: {
            tag: "lark_md",
            content: [
              "**还剩 30 件**，按现在的速度还能卖 **3 分钟**",
              "• 让主播报“最后 30 件”",
              "• 准备备选 A02",
              "<at id=all></at> <at id=ou_c99c5f35d542efc7ee492afe11af19ef></at>",
              "在库",
            ].join("\n"),
          },
        },
        {
          tag: "action",
          actions: [
            {
              tag: "button",
              text: { tag: "plain_text", content: "去处理" },
              type: "primary",
              url: "https://zaiku.example.com/live/7?alert=7",
            },
          ],
        },
      ],
    },
  });
});

test("without a secret and a link there is neither signature nor button; a name in the text calls nobody", () => {
  const quiet = { ...alarm, severity: 1 as const, link: undefined, text: "## 商品 <at id=all></at>" };
  const payload = JSON.parse(feishuPayload({}, quiet, alarmAt));
  assert.deepEqual(Object.keys(payload), ["msg_type", "card"]);
  assert.equal(payload.card.header.template, "blue");
  assert.deepEqual(payload.card.elements, [
    { tag: "div", text: { tag: "lark_md", content: "**商品 ＜at id=all>＜/at>**" } },
  ]);
});

test("a long text is cut to the size that is taken", () => {
  const payload = feishuPayload({ secret: "s" }, { ...alarm, text: '库存"'.repeat(9_000) }, alarmAt);
  assert.ok(byteLength(payload) <= feishuLimits.bodyBytesMax);
  assert.ok(byteLength(payload) > feishuLimits.bodyBytesMax - 100);
  assert.ok(JSON.parse(payload).card.elements[0].text.content.includes(cutMark));
});

test("each answer is read, and a failure says what to do", () => {
  const rows: [body: string, code: FailCode, words: RegExp][] = [
    [feishuWire.sign, "bad_signature", /签名密钥.*校准服务器时间/],
    [feishuWire.ip, "ip_not_allowed", /白名单/],
    [feishuWire.keywords, "keyword_missing", /关键词.*填到这里/],
    [feishuWire.token, "unknown_robot", /重新复制 Webhook/],
    [feishuWire.badRequest, "refused", /9499.*Bad Request/],
    [feishuWire.params, "refused", /19002/],
  ];
  for (const [body, code, words] of rows) {
    const delivery = readFeishuAnswer(answerOf(body), alarmAt);
    assert.ok(delivery.outcome === "failed", body);
    assert.equal(delivery.code, code);
    assert.match(delivery.reason.zh, words);
  }
  for (const body of [feishuWire.ok, feishuWire.okOlder])
    assert.deepEqual(readFeishuAnswer(answerOf(body), alarmAt), { outcome: "delivered" });
});

test("limits wait, nonsense is tried again", () => {
  const waits = (answer: ReturnType<typeof answerOf>): [number, boolean] => {
    const delivery = readFeishuAnswer(answer, alarmAt);
    assert.ok(delivery.outcome === "retry");
    return [delivery.afterMs, delivery.limited === true];
  };
  assert.deepEqual(waits(answerOf(feishuWire.limited)), [10_000, true]);
  assert.deepEqual(waits(answerOf("", 429, { "retry-after": "3" })), [3_000, true]);
  assert.deepEqual(waits(answerOf("", 429)), [10_000, true]);
  assert.deepEqual(waits(answerOf("upstream error", 503)), [15_000, false]);
  assert.deepEqual(waits(answerOf("{}")), [30_000, false]);
});

test("five in a second and a hundred in a minute go out", async () => {
  server.seen.length = 0;
  const robot = chatRobot(feishu, { url: hook }, new RateLimit(feishuRates));
  let now = alarmAt;
  for (let index = 0; index < 5; index += 1)
    assert.equal((await robot.send(alarm, contextOf({ now }))).outcome, "delivered");
  const sixth = await robot.send(alarm, contextOf({ now }));
  assert.ok(sixth.outcome === "retry" && sixth.afterMs === 1_200);
  for (let index = 5; index < 100; index += 1) {
    now += 300;
    const sent = await robot.send(alarm, contextOf({ now: now + 1_000 }));
    assert.equal(sent.outcome, "delivered", String(index));
  }
  const next = await robot.send(alarm, contextOf({ now: now + 2_000 }));
  assert.ok(next.outcome === "retry" && next.limited);
  assert.equal(next.afterMs, alarmAt + 61_000 - (now + 2_000));
  assert.equal(server.seen.length, 100);
  assert.equal(server.seen[0]?.body.toString(), feishuPayload({}, alarm, alarmAt));
});

test("a description tells no secret", () => {
  const robot = chatRobot(feishu, { url: hook, secret: "0123456789abcdef" }, new RateLimit(feishuRates));
  assert.deepEqual(robot.description(), {
    host: "127.0.0.1",
    token: "••••6666",
    secret: "••••cdef",
    keywords: "",
  });
});
