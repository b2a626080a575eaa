import assert from "node:assert/strict";
import { createECDH, randomBytes } from "node:crypto";
import { after, test } from "node:test";
import webPush from "web-push";
import { guardedFetch } from "../net/guarded-fetch.ts";
import { publicOnly } from "../net/policy.ts";
import { Robots } from "./registry.ts";
import { robotKinds } from "./robot.ts";
import type { Robot, SendContext } from "./robot.ts";
import {
  WireServer,
  alarm,
  contextOf,
  dingtalkWire,
  feishuWire,
  localPolicy,
  wecomWire,
} from "./wire.testing.ts";
import type { Reply } from "./wire.testing.ts";

const vapid = { ...webPush.generateVAPIDKeys(), subject: "mailto:ops@zaiku.example.com" };
const strict = new Robots({ policy: publicOnly, vapid });
const server = await new WireServer("hang").start();
after(() => server.close());

const keys = {
  p256dh: createECDH("prime256v1").generateKeys().toString("base64url"),
  auth: randomBytes(16).toString("base64url"),
};
const mail = {
  host: "smtp.example.com",
  port: 465,
  security: "tls",
  user: "ops@zaiku.example.com",
  password: "authorization-code",
  from: "ops@zaiku.example.com",
  to: ["boss@shop.example.com"],
};

/** A good configuration of each kind. */
const good = {
  dingtalk: {
    url: "https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef",
    secret: "SEC0123456789",
  },
  feishu: { url: "https://open.feishu.cn/open-apis/bot/v2/hook/0000aaaa-1111", keywords: ["在库"] },
  wecom: { url: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aaa" },
  webhook: { url: "https://hooks.example.com/a", secret: "a secret of many bytes" },
  email: mail,
  web_push: { endpoint: "https://push.example.com/v1/abcdefghijkl", expirationTime: null, keys },
} as const;

function openOn(base: string): [kind: string, robot: Robot][] {
  const robots = new Robots({ policy: localPolicy, vapid });
  const configurations: [kind: string, configuration: object][] = [
    ["dingtalk", { url: `${base}/robot/send?access_token=0123456789abcdef` }],
    ["feishu", { url: `${base}/open-apis/bot/v2/hook/0000aaaa` }],
    ["wecom", { url: `${base}/cgi-bin/webhook/send?key=693a91f6` }],
    ["webhook", { url: `${base}/hook`, secret: "a secret of many bytes" }],
    ["web_push", { endpoint: `${base}/push`, keys }],
  ];
  return configurations.map(([kind, configuration]) => {
    const opened = robots.open(kind, configuration);
    assert.ok(opened.ok, kind);
    return [kind, opened.robot];
  });
}

/** What became of one alarm at each kind of robot. */
async function sendAll(
  reply: Reply | (() => Reply),
  context = contextOf(),
  base = server.base,
): Promise<Record<string, string>> {
  server.reply = reply;
  const sent = openOn(base).map(async ([kind, robot]) => {
    const delivery = await robot.send(alarm, context);
    return [kind, delivery.outcome === "failed" ? delivery.code : delivery.outcome] as const;
  });
  return Object.fromEntries(await Promise.all(sent));
}

function each(chat: string, other = chat): Record<string, string> {
  return { dingtalk: chat, feishu: chat, wecom: chat, webhook: other, web_push: other };
}

test("every kind can be opened, and describes itself without its secrets", () => {
  const secrets =
    /0123456789abcdef|SEC0123456789|0000aaaa-1111|693a91f6-7aaa|many bytes|authorization-code|abcdefghijkl/;
  for (const kind of robotKinds) {
    const opened = strict.open(kind, good[kind]);
    assert.ok(opened.ok, kind);
    assert.equal(opened.robot.kind, kind);
    assert.doesNotMatch(JSON.stringify(opened.robot.description()), secrets);
  }
});

test("what is wrong with a configuration is said with its place", () => {
  const rows: [kind: string, configuration: unknown, path: string, words: RegExp][] = [
    ["telegram", {}, "kind", /dingtalk, feishu/],
    ["dingtalk", {}, "url", /缺少/],
    ["dingtalk", null, "", /必须是对象/],
    ["dingtalk", { ...good.dingtalk, sercet: "x" }, "sercet", /没有这个字段/],
    ["dingtalk", { url: 1 }, "url", /必须是文字/],
    ["dingtalk", { ...good.dingtalk, keywords: [""] }, "keywords[0]", /不能为空/],
    ["dingtalk", { ...good.dingtalk, keywords: Array(11).fill("a") }, "keywords", /最多 10 项/],
    ["dingtalk", { url: "https://oapi.dingtalk.com/robot/send" }, "url", /完整的机器人/],
    ["dingtalk", { url: "https://oapi.dingtalk.com/gettoken?access_token=1" }, "url", /完整的机器人/],
    ["dingtalk", { url: good.feishu.url }, "url", /oapi\.dingtalk\.com/],
    ["dingtalk", { url: good.dingtalk.url.replace("https", "http") }, "url", /https:\/\/ 开头/],
    ["feishu", { url: "https://open.feishu.cn/open-apis/bot/v2/hook/" }, "url", /完整的机器人/],
    ["feishu", { url: "https://feishu.evil.example/open-apis/bot/v2/hook/1" }, "url", /open\.feishu\.cn/],
    ["wecom", { url: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send" }, "url", /完整的机器人/],
    ["webhook", { ...good.webhook, secret: "short" }, "secret", /太短.*16/],
    ["webhook", { ...good.webhook, secret: "whsec_AAAA" }, "secret", /太短/],
    ["webhook", { ...good.webhook, url: "https://10.0.0.8/a" }, "url", /内网或保留地址/],
    ["webhook", { ...good.webhook, url: "https://[::1]/a" }, "url", /内网或保留地址/],
    ["webhook", { ...good.webhook, url: "http://hooks.example.com/a" }, "url", /https:\/\/ 开头/],
    ["email", { ...mail, security: "ssl" }, "security", /tls, starttls, none/],
    ["email", { ...mail, security: "none" }, "security", /不加密/],
    ["email", { ...mail, host: "192.168.1.2" }, "host", /内网或保留地址/],
    ["email", { ...mail, host: "a b" }, "host", /格式不对/],
    ["email", { ...mail, password: undefined }, "password", /授权码/],
    ["email", { ...mail, to: [] }, "to", /至少要有 1 项/],
    ["email", { ...mail, to: ["nobody"] }, "to[0]", /格式不对/],
    ["email", { ...mail, to: ["a@b.example\r\nRCPT TO:<c@d.example>"] }, "to[0]", /格式不对/],
    ["email", { ...mail, port: 0 }, "port", /不能小于 1/],
    ["web_push", { ...good.web_push, keys: { ...keys, p256dh: "AAAA" } }, "keys.p256dh", /公钥/],
    ["web_push", { ...good.web_push, keys: { ...keys, auth: "AAAA" } }, "keys.auth", /密钥/],
    ["web_push", { ...good.web_push, endpoint: "https://127.0.0.1/" }, "endpoint", /内网或保留地址/],
  ];
  for (const [kind, configuration, path, words] of rows) {
    const opened = strict.open(kind, configuration);
    const label = `${kind} ${JSON.stringify(configuration)}`;
    assert.ok(!opened.ok, label);
    assert.equal(opened.fault.path, path, label);
    assert.match(opened.fault.zh, words, label);
    assert.ok(opened.fault.en.length > 0, label);
  }
});

test("without keys of the server's own there is no Web Push", () => {
  const opened = new Robots({ policy: publicOnly }).open("web_push", good.web_push);
  assert.ok(!opened.ok);
  assert.match(opened.fault.zh, /VAPID/);
});

test("two robots of one address share its rate, robots of other addresses do not", async () => {
  server.reply = { body: wecomWire.ok };
  const robots = new Robots({ policy: localPolicy });
  const send = async (key: string): Promise<string> => {
    const opened = robots.open("wecom", { url: `${server.base}/cgi-bin/webhook/send?key=${key}` });
    assert.ok(opened.ok);
    return (await opened.robot.send(alarm, contextOf())).outcome;
  };
  for (let index = 0; index < 20; index += 1) assert.equal(await send("one"), "delivered");
  assert.equal(await send("one"), "retry");
  assert.equal(await send("two"), "delivered");
});

test("each kind delivers to a server that takes it", async () => {
  const replies: [kind: string, reply: Reply][] = [
    ["dingtalk", { body: dingtalkWire.ok }],
    ["feishu", { body: feishuWire.ok }],
    ["wecom", { body: wecomWire.ok }],
    ["webhook", { status: 202 }],
    ["web_push", { status: 201 }],
  ];
  for (const [kind, reply] of replies) assert.equal((await sendAll(reply))[kind], "delivered", kind);
});

test("a server that is down", async () => {
  const gone = await new WireServer("hang").start();
  const { base } = gone;
  gone.close();
  assert.deepEqual(await sendAll("hang", contextOf(), base), each("retry"));
});

test("a server that hangs up", async () => {
  assert.deepEqual(await sendAll("hang_up"), each("retry"));
});

test("a server that is slow is waited for until the time is over", async () => {
  const { fetch } = contextOf();
  const impatient: SendContext["fetch"] = (url, init) =>
    fetch(url, { ...init, signal: AbortSignal.any([init.signal, AbortSignal.timeout(30)]) });
  assert.deepEqual(await sendAll("hang", contextOf({ fetch: impatient })), each("retry"));
});

test("stopping ends what is under way", async () => {
  const stop = new AbortController();
  const count = server.seen.length + 5;
  const reply = (): Reply => {
    if (server.seen.length === count) stop.abort();
    return "hang";
  };
  assert.deepEqual(await sendAll(reply, contextOf({ signal: stop.signal })), each("retry"));
});

test("a server that answers garbage", async () => {
  assert.deepEqual(await sendAll({ body: "<html>欢迎</html>" }), each("retry", "delivered"));
  assert.deepEqual(await sendAll({ body: Buffer.from([0xff, 0x00, 0x80]) }), each("retry", "delivered"));
  assert.deepEqual(await sendAll({ status: 502, body: "<html>" }), each("retry"));
});

test("a server that redirects is not followed", async () => {
  const before = server.seen.length;
  const reply = { status: 302, headers: { location: `${server.base}/elsewhere` } };
  assert.deepEqual(await sendAll(reply), each("redirected"));
  assert.equal(server.seen.length, before + 5);
  assert.ok(!server.seen.some(({ url }) => url.pathname === "/elsewhere"));
});

test("a server that answers ten megabytes", async () => {
  const body = Buffer.alloc(10 * 1_024 * 1_024, " ");
  assert.deepEqual(await sendAll({ body }), each("retry", "delivered"));
});

test("a server inside the network is not called, whatever its name", async () => {
  const opened = new Robots({ policy: localPolicy }).open("webhook", {
    url: `${server.base}/hook`,
    secret: "a secret of many bytes",
  });
  assert.ok(opened.ok);
  const before = server.seen.length;
  const context = contextOf({ fetch: guardedFetch({ ...publicOnly, httpAllowed: true }) });
  const delivery = await opened.robot.send(alarm, context);
  assert.ok(delivery.outcome === "failed" && delivery.code === "address_blocked");
  assert.equal(server.seen.length, before);
});
