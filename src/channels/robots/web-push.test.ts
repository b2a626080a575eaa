import assert from "node:assert/strict";
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from "node:crypto";
import { after, test } from "node:test";
import webPush from "web-push";
import { byteLength, cutMark } from "./text.ts";
import { readWebPushAnswer, webPushLimits, webPushPayload, webPushRobot, webPushTopic } from "./web-push.ts";
import { WireServer, alarm, alarmAt, answerOf, contextOf } from "./wire.testing.ts";

const server = await new WireServer({ status: 201 }).start();
after(() => server.close());

/** A browser: its key pair and its secret. */
const browser = createECDH("prime256v1");
const browserPoint = browser.generateKeys();
const auth = randomBytes(16);
const subscription = {
  endpoint: `${server.base}/push/v1/abcdefghijkl`,
  keys: { p256dh: browserPoint.toString("base64url"), auth: auth.toString("base64url") },
};
const vapid = { ...webPush.generateVAPIDKeys(), subject: "mailto:ops@zaiku.example.com" };

/** Decrypts one record of RFC 8188 with the keys of RFC 8291, as a browser does. */
function decrypt(body: Buffer): string {
  const salt = body.subarray(0, 16);
  const keyLength = body[20] ?? 0;
  const serverPoint = body.subarray(21, 21 + keyLength);
  const sealed = body.subarray(21 + keyLength);
  const info = Buffer.concat([Buffer.from("WebPush: info\0"), browserPoint, serverPoint]);
  const secret = Buffer.from(hkdfSync("sha256", browser.computeSecret(serverPoint), auth, info, 32));
  const key = Buffer.from(hkdfSync("sha256", secret, salt, "Content-Encoding: aes128gcm\0", 16));
  const nonce = Buffer.from(hkdfSync("sha256", secret, salt, "Content-Encoding: nonce\0", 12));
  const decipher = createDecipheriv("aes-128-gcm", key, nonce);
  decipher.setAuthTag(sealed.subarray(-16));
  const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  return plain.subarray(0, plain.lastIndexOf(2)).toString("utf8");
}

test("what goes over the wire is encrypted for the browser and signed by the server", async () => {
  const robot = webPushRobot(subscription, vapid);
  assert.deepEqual(await robot.send(alarm, contextOf()), { outcome: "delivered" });
  const [seen] = server.seen;
  assert.ok(seen);
  assert.equal(seen.url.pathname, "/push/v1/abcdefghijkl");
  assert.equal(decrypt(seen.body), webPushPayload(alarm));
  assert.equal(seen.headers["content-encoding"], "aes128gcm");
  assert.equal(seen.headers["ttl"], "3600");
  assert.equal(seen.headers["urgency"], "high");
  assert.equal(seen.headers["topic"], webPushTopic("alert-7"));
  assert.match(webPushTopic("alert-7"), /^[\w-]{32}$/);

  const [, token = "", key = ""] = /^vapid t=([^,]+), ?k=(.+)$/.exec(seen.headers.authorization ?? "") ?? [];
  assert.equal(key, vapid.publicKey);
  const [head = "", claims = "", signature = ""] = token.split(".");
  const point = Buffer.from(key, "base64url");
  const publicKey = createPublicKey({
    format: "jwk",
    key: {
      kty: "EC",
      crv: "P-256",
      x: point.subarray(1, 33).toString("base64url"),
      y: point.subarray(33).toString("base64url"),
    },
  });
  const signed = verify(
    "sha256",
    Buffer.from(`${head}.${claims}`),
    { key: publicKey, dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  assert.equal(signed, true);
  const { aud, sub } = JSON.parse(Buffer.from(claims, "base64url").toString());
  assert.deepEqual([aud, sub], [server.base, vapid.subject]);
});

test("the payload is plain text, and cut to what push services take", () => {
  assert.deepEqual(JSON.parse(webPushPayload(alarm)), {
    id: "alert-7",
    title: "【紧急】A01 保温杯 快卖完了",
    body: "还剩 30 件，按现在的速度还能卖 3 分钟\n· 让主播报“最后 30 件”\n· 准备备选 A02",
    severity: 3,
    at: "2026-11-11T12:15:00.000Z",
    link: "https://zaiku.example.com/live/7?alert=7",
  });
  const long = webPushPayload({ ...alarm, text: "库存".repeat(5_000) });
  assert.ok(byteLength(long) <= webPushLimits.payloadBytesMax);
  assert.ok(JSON.parse(long).body.endsWith(cutMark));
});

test("the longest message is still taken by a push service", async () => {
  server.seen.length = 0;
  const robot = webPushRobot(subscription, vapid);
  const long = { ...alarm, title: "题".repeat(500), text: "库存".repeat(5_000) };
  assert.equal((await robot.send(long, contextOf())).outcome, "delivered");
  assert.ok((server.seen[0]?.body.byteLength ?? Infinity) <= 4_096);
});

test("a subscription that has ended is gone; the rest waits or is refused", () => {
  const read = (status: number, headers = {}): string => {
    const delivery = readWebPushAnswer(answerOf("", status, headers), "push.example", alarmAt);
    if (delivery.outcome === "retry") return `retry ${delivery.afterMs}`;
    return delivery.outcome === "failed" ? delivery.code : delivery.outcome;
  };
  const rows: [status: number, expected: string][] = [
    [200, "delivered"],
    [201, "delivered"],
    [202, "delivered"],
    [400, "refused"],
    [401, "bad_credentials"],
    [403, "bad_credentials"],
    [404, "gone"],
    [410, "gone"],
    [413, "too_long"],
    [429, "retry 15000"],
    [502, "retry 15000"],
  ];
  for (const [status, expected] of rows) assert.equal(read(status), expected, String(status));
  assert.equal(read(429, { "retry-after": "30" }), "retry 30000");
});

test("keys that are no keys fail and throw nothing", async () => {
  const broken = { ...subscription, keys: { p256dh: "AAAA", auth: "AAAA" } };
  const fetch = (): never => assert.fail("nothing is to be sent");
  const delivery = await webPushRobot(broken, vapid).send(alarm, contextOf({ fetch }));
  assert.ok(delivery.outcome === "failed" && delivery.code === "bad_credentials");
  const mine = { ...vapid, privateKey: "AAAA" };
  const other = await webPushRobot(subscription, mine).send(alarm, contextOf({ fetch }));
  assert.ok(other.outcome === "failed" && other.code === "bad_credentials");
});

test("a description tells no secret", () => {
  assert.deepEqual(webPushRobot(subscription, vapid).description(), {
    host: "127.0.0.1",
    endpoint: "••••ijkl",
  });
});
