import { createHash } from "node:crypto";
import { connect } from "node:net";
import type { Socket } from "node:net";
import type { Words } from "../../domain/live/words.ts";
import { stopped, systemCode, timedOut } from "../net/exchange.ts";
import { AddressBlocked, guardedLookup } from "../net/guarded-fetch.ts";
import type { Resolve } from "../net/guarded-fetch.ts";
import { blockedWords, hostAddress, mayConnect } from "../net/policy.ts";
import type { NetPolicy } from "../net/policy.ts";
import { delivered, deliveryOf, failed, mask, refusedBy, retry, retryMs } from "./robot.ts";
import type { Alarm, Delivery, Robot, SendContext } from "./robot.ts";
import { fitBytes, headline, htmlOf, lateTail, linkOf, linkWords, plainOf } from "./text.ts";

export const emailLimits = {
  recipientsMax: 20,
  textBytesMax: 64 * 1_024,
  /** A mail server may greet slowly on purpose; all of a delivery within this. */
  timeoutMs: 20_000,
} as const;

export type EmailSecurity = "tls" | "starttls" | "none";

export interface EmailOptions {
  readonly host: string;
  readonly port: number;
  /** `tls` from the first byte (465), `starttls` after the greeting (587, never without), or `none`. */
  readonly security: EmailSecurity;
  readonly user?: string;
  readonly password?: string;
  readonly from: string;
  readonly to: readonly string[];
}

const name: Words = { zh: "邮件服务器", en: "the mail server" };

/**
 * The mail's parts, as nodemailer takes them. The same alarm has the same Message-ID, so mailboxes show it
 * once.
 */
export function emailMessage(options: Pick<EmailOptions, "from" | "to">, alarm: Alarm, now: number) {
  const text = fitBytes(alarm.text, emailLimits.textBytesMax);
  const link = linkOf(alarm);
  const late = lateTail(alarm, now);
  const domain = options.from.split("@").at(-1) ?? "localhost";
  const id = createHash("sha256").update(alarm.id).digest("hex").slice(0, 32);
  return {
    from: options.from,
    to: [...options.to],
    subject: headline(alarm),
    text: [plainOf(text), ...late, ...(link === undefined ? [] : [`${linkWords}：${link}`])].join("\n\n"),
    html: htmlOf([text, ...late, ...(link === undefined ? [] : [`[${linkWords}](${link})`])].join("\n\n")),
    messageId: `<${id}@${domain}>`,
    date: new Date(alarm.at),
    priority: alarm.severity === 3 ? ("high" as const) : ("normal" as const),
    headers: { "Auto-Submitted": "auto-generated" },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** What of an error of nodemailer's is looked at. */
interface MailError {
  readonly code?: string;
  readonly responseCode?: number;
  readonly response?: string;
  readonly permanent?: boolean;
}

/** What a failed delivery means. */
export function readMailError(error: unknown, host: string): Delivery {
  if (error instanceof AddressBlocked) {
    const words = blockedWords(error.host);
    return failed("address_blocked", words.zh, words.en);
  }
  const { code, responseCode, response = "", permanent } = error as MailError;
  if ((code === "EAUTH" && permanent !== false) || code === "ENOAUTH")
    return failed(
      "bad_credentials",
      "邮箱登录被拒绝：请检查用户名和密码；QQ、163 等邮箱要填“授权码”而不是登录密码",
      "the mail server refuses the login: check user and password; many providers ask for an app password",
    );
  if (permanent === true) return refusedBy(name, String(responseCode), response);
  if (responseCode !== undefined)
    return retry(
      retryMs.busy,
      `${host} 暂时不接收邮件（${responseCode}），稍后重试`,
      `${host} does not take mail now (${responseCode}); it is tried again`,
    );
  const reason = systemCode(error);
  return retry(
    retryMs.unreachable,
    `连不上邮件服务器 ${host}（${reason}），稍后重试；一直失败请检查地址、端口与加密方式（465 用 TLS，587 用 STARTTLS）`,
    `${host} cannot be reached (${reason}); it is tried again. If it lasts, check port and security`,
  );
}

/** Opens the connection itself, so that the address is checked and the connection can be ended. */
function openSocket(
  options: EmailOptions,
  policy: NetPolicy,
  resolve: Resolve | undefined,
  signal: AbortSignal,
): Promise<Socket> {
  const { host, port } = options;
  const literal = hostAddress(host);
  if (literal !== undefined && !mayConnect(literal, policy)) return Promise.reject(new AddressBlocked(host));
  return new Promise((done, fail) => {
    const socket = connect({ host, port, lookup: guardedLookup(policy, resolve), signal });
    socket.once("connect", () => done(socket));
    // It stays: an error between the connection and the first handler of nodemailer's would end the process.
    socket.on("error", fail);
  });
}

/** Rejects when the signal says so. */
function endOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, fail) => {
    const end = (): void => fail(new Error("ended by its signal"));
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}

export function emailRobot(options: EmailOptions, policy: NetPolicy, resolve?: Resolve): Robot {
  const { host, port, security, user, password, from, to } = options;
  const deliver = async (alarm: Alarm, now: number, signal: AbortSignal): Promise<Delivery> => {
    // Loaded when it is first used: most servers send no mail, and all of them start.
    const { createTransport } = await import("nodemailer");
    const socket = await openSocket(options, policy, resolve, signal);
    const transport = createTransport({
      connection: socket,
      host,
      port,
      secure: security === "tls",
      requireTLS: security === "starttls",
      ignoreTLS: security === "none",
      ...(user === undefined ? {} : { auth: { user, pass: password ?? "" } }),
      greetingTimeout: emailLimits.timeoutMs,
      socketTimeout: emailLimits.timeoutMs,
    });
    try {
      const sent = transport.sendMail(emailMessage(options, alarm, now));
      const { rejected } = await Promise.race([sent, endOf(signal)]);
      if (rejected.length === 0) return delivered;
      const names = rejected.join("、");
      return failed(
        "refused",
        `这些收件人被邮件服务器拒绝：${names}；其余已送达`,
        `the mail server refuses these recipients: ${names}; the others have it`,
      );
    } finally {
      socket.destroy();
    }
  };
  return {
    kind: "email",
    description: () => ({
      host: `${host}:${port}`,
      security,
      user: user ?? "",
      password: password === undefined ? "" : mask(password),
      from,
      to: to.join("、"),
    }),
    send: async (alarm: Alarm, { now, signal }: SendContext): Promise<Delivery> => {
      const timeout = AbortSignal.timeout(emailLimits.timeoutMs);
      try {
        return await deliver(alarm, now, AbortSignal.any([signal, timeout]));
      } catch (error) {
        if (signal.aborted) return deliveryOf(stopped);
        if (timeout.aborted) return deliveryOf(timedOut(host, emailLimits.timeoutMs));
        return readMailError(error, host);
      }
    },
  };
}
