import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, test } from "node:test";
import type { Delivery } from "./robot.ts";
import {
  readWebhookAnswer,
  webhookHeaders,
  webhookKey,
  webhookPayload,
  webhookRobot,
  webhookSign,
} from "./webhook.ts";
import { WireServer, alarm, alarmAt, answerOf, contextOf } from "./wire.testing.ts";

const server = await new WireServer({ status: 204 }).start();
after(() => server.close());
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

test("the signature is that of the published vector of Standard Webhooks", () => {
  const signature = webhookSign(
    secret,
    "msg_p5jXN8AQM9LWM0D4loKWxJek",
    1_614_265_330,
    '{"test": 2432232314}',
  );
  assert.equal(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

test("a secret without the prefix is taken as it is written", () => {
  assert.deepEqual(webhookKey("在库 0123456789"), Buffer.from("在库 0123456789"));
  const expected = createHmac("sha256", "a plain secret!!").update("id.1.{}").digest("base64");
  assert.equal(webhookSign("a plain secret!!", "id", 1, "{}"), `v1,${expected}`);
});

test("the body says everything, nothing cut", () => {
  const text = "库存".repeat(20_000);
  const mentions = { all: true, userIds: ["a"], mobiles: ["138"] };
  assert.deepEqual(JSON.parse(webhookPayload({ ...alarm, text, mentions })), {
    type: "alarm",
    timestamp: "2026-11-11T12:15:00.000Z",
    data: {
      id: "alert-7",
      severity: 3,
      title: "A01 保温杯 快卖完了",
      text,
      link: "https://zaiku.example.com/live/7?alert=7",
      mentions,
    },
  });
  assert.equal(JSON.parse(webhookPayload({ ...alarm, link: undefined })).data.link, null);
});

test("a receiver can check what came over the wire, and know a repeat by its id", async () => {
  server.seen.length = 0;
  const robot = webhookRobot({ url: `${server.base}/hook?a=b`, secret });
  assert.deepEqual(await robot.send(alarm, contextOf()), { outcome: "delivered" });
  assert.deepEqual(await robot.send(alarm, contextOf({ now: alarmAt + 60_000 })), { outcome: "delivered" });
  const [first, second] = server.seen;
  assert.ok(first && second);
  assert.equal(first.url.search, "?a=b");
  for (const [seen, seconds] of [
    [first, alarmAt / 1_000],
    [second, alarmAt / 1_000 + 60],
  ] as const) {
    assert.equal(seen.headers["webhook-id"], "alert-7");
    assert.equal(seen.headers["webhook-timestamp"], String(seconds));
    const key = Buffer.from("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "base64");
    const signed = createHmac("sha256", key).update(`alert-7.${seconds}.`).update(seen.body).digest("base64");
    assert.equal(seen.headers["webhook-signature"], `v1,${signed}`);
    assert.equal(seen.headers["content-type"], "application/json; charset=utf-8");
  }
  assert.deepEqual(first.body, second.body);
  assert.deepEqual(
    webhookHeaders(secret, "alert-7", alarmAt / 1_000, first.body.toString())["webhook-signature"],
    first.headers["webhook-signature"],
  );
});

test("each status is read", () => {
  const read = (status: number, headers = {}): string => {
    const delivery: Delivery = readWebhookAnswer(answerOf("", status, headers), "a.example", alarmAt);
    if (delivery.outcome === "retry") return `retry ${delivery.afterMs}`;
    return delivery.outcome === "failed" ? delivery.code : delivery.outcome;
  };
  const rows: [status: number, expected: string][] = [
    [200, "delivered"],
    [202, "delivered"],
    [204, "delivered"],
    [400, "refused"],
    [401, "bad_signature"],
    [403, "bad_signature"],
    [404, "refused"],
    [408, "retry 15000"],
    [410, "gone"],
    [413, "too_long"],
    [425, "retry 15000"],
    [429, "retry 15000"],
    [500, "retry 15000"],
    [503, "retry 15000"],
  ];
  for (const [status, expected] of rows) assert.equal(read(status), expected, String(status));
  assert.equal(read(429, { "retry-after": "120" }), "retry 120000");
  assert.equal(read(503, { "retry-after": "999999" }), "retry 3600000");
});

test("a description tells neither the secret nor the path", () => {
  const robot = webhookRobot({ url: "https://hooks.example.com/T000/B000/XXXX", secret });
  assert.deepEqual(robot.description(), { host: "hooks.example.com", secret: "••••LaSw" });
});
