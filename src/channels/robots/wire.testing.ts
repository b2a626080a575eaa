// What the platforms answer, byte for byte as it was seen in their documentation and in reports of their users.
import { createServer } from "node:http";
import type { IncomingHttpHeaders, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { guardedFetch } from "../net/guarded-fetch.ts";
import type { Answer } from "../net/exchange.ts";
import type { NetPolicy } from "../net/policy.ts";
import type { Alarm, SendContext } from "./robot.ts";

export const dingtalkWire = {
  ok: '{"errcode":0,"errmsg":"ok"}',
  keywords:
    '{"errcode":310000,"errmsg":"keywords not in content, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]"}',
  keywordsNewer:
    '{"errcode":310000,"errmsg":"description:关键词不匹配;solution:请联系群管理员查看此机器人的关键词，并在发送的信息中包含此关键词;"}',
  sign: '{"errcode":310000,"errmsg":"sign not match, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]"}',
  signNewer:
    '{"errcode":310000,"errmsg":"description:机器人发送签名不匹配;solution:请确认签名和生成签名的时间戳必须都放在调用的网址中，请确认机器人的密钥加密和填写正确;link:请参考本接口对应文档获得具体要求，或者在https://open.dingtalk.com/document/  搜索相关文档;"}',
  timestamp:
    '{"errcode":310000,"errmsg":"invalid timestamp, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]"}',
  timestampNewer:
    '{"errcode":310000,"errmsg":"description:机器人发送签名过期;solution:签名生成时间和发送时间请保持在 timestampms 以内;"}',
  ip: '{"errcode":310000,"errmsg":"ip 203.0.113.7 not in whitelist"}',
  tooFast:
    '{"status":1111,"wait":5,"source":"x5","punish":"deny","uuid":"9ff0e7e2346aabb5a8bcbb7c93c71636","errcode": 130101,"errmsg": "send too fast, exceed 20 times per minute"}',
  token: '{"errcode":300001,"errmsg":"token is not exist"}',
  tooLong:
    '{"errcode":460101,"errmsg":"description: body 大小不合法;solution:请保持大小在 20000bytes 以内;"}',
  busy: '{"errcode":-1,"errmsg":"系统繁忙"}',
  other: '{"errcode":400105,"errmsg":"unsupported msgtype"}',
} as const;

export const feishuWire = {
  ok: '{"code":0,"msg":"success","data":{},"Extra":null,"StatusCode":0,"StatusMessage":"success"}',
  okOlder: '{"Extra":null,"StatusCode":0,"StatusMessage":"success"}',
  sign: '{"code":19021,"data":{},"msg":"sign match fail or timestamp is not within one hour from current time"}',
  ip: '{"code":19022,"msg":"Ip Not Allowed"}',
  keywords: '{"code":19024,"data":{},"msg":"Key Words Not Found"}',
  token: '{"code":19001,"data":{},"msg":"param invalid: incoming webhook access token invalid"}',
  badRequest: '{"code":9499,"msg":"Bad Request","data":{}}',
  params: '{"code":19002,"data":{},"msg":"params error, msg_type need"}',
  limited:
    '{"code":11232,"data":{},"msg":"frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]"}',
} as const;

export const wecomWire = {
  ok: '{"errcode":0,"errmsg":"ok"}',
  limited:
    '{"errcode":45009,"errmsg":"api freq out of limit, hint: [1773643642077182456917975], from ip: 203.0.113.7, more info at https://open.work.weixin.qq.com/devtool/query?e=45009"}',
  key: '{"errcode":93000,"errmsg":"invalid webhook url, hint: [1755605200056773468916791], from ip: 203.0.113.7, more info at https://open.work.weixin.qq.com/devtool/query?e=93000"}',
  tooLong:
    '{"errcode":40058,"errmsg":"markdown.content exceed max length 4096. invalid Request Parameter, hint: [1704540159128593240839785], from ip: 203.0.113.7, more info at https://open.work.weixin.qq.com/devtool/query?e=40058"}',
  params: '{"errcode":40058,"errmsg":"invalid Request Parameter"}',
  busy: '{"errcode":-1,"errmsg":"system busy"}',
} as const;

export function answerOf(text: string, status = 200, headers: Record<string, string> = {}): Answer {
  return { ok: true, status, headers: new Headers(headers), text };
}

export const alarmAt = Date.parse("2026-11-11T20:15:00+08:00");

export const alarm: Alarm = {
  id: "alert-7",
  title: "A01 保温杯 快卖完了",
  text: "**还剩 30 件**，按现在的速度还能卖 **3 分钟**\n- 让主播报“最后 30 件”\n- 准备备选 A02",
  severity: 3,
  at: alarmAt,
  link: "https://zaiku.example.com/live/7?alert=7",
};

/** Loopback over plain http: what tests are allowed and nobody else. */
export const localPolicy: NetPolicy = { httpAllowed: true, privateAllowed: true, anyRobotHostAllowed: true };

export function contextOf(more: Partial<SendContext> = {}): SendContext {
  return {
    now: alarmAt,
    fetch: guardedFetch(localPolicy),
    signal: new AbortController().signal,
    ...more,
  };
}

export interface Seen {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What a test's server answers to one request. `hang` never answers, `hang_up` closes the connection. */
export type Reply =
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: string | Buffer }
  | "hang"
  | "hang_up";

/** A real HTTP server on loopback that remembers what it was sent. */
export class WireServer {
  readonly seen: Seen[] = [];
  reply: Reply | ((seen: Seen) => Reply);
  readonly #server: Server;

  constructor(reply: Reply | ((seen: Seen) => Reply)) {
    this.reply = reply;
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const seen: Seen = {
          method: request.method ?? "",
          url: new URL(request.url ?? "", this.base),
          headers: request.headers,
          body: Buffer.concat(chunks),
        };
        this.seen.push(seen);
        const reply = typeof this.reply === "function" ? this.reply(seen) : this.reply;
        if (reply === "hang") return;
        if (reply === "hang_up") return void request.socket.destroy();
        response.writeHead(reply.status ?? 200, reply.headers ?? {}).end(reply.body ?? "");
      });
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get base(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
