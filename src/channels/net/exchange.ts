import type { Words } from "../../domain/live/words.ts";
import { AddressBlocked } from "./guarded-fetch.ts";
import type { Fetch } from "./guarded-fetch.ts";
import { blockedWords } from "./policy.ts";

/** A server sent more than any answer that is of use here: reading goes no further. */
class AnswerTooLarge extends Error {
  override readonly name = "AnswerTooLarge";
}

/** What every call to the outside is given. */
export interface NetContext {
  readonly fetch: Fetch;
  /** Ends the call early: the server is being shut down. */
  readonly signal: AbortSignal;
}

export interface Request {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly timeoutMs: number;
  /** More than this of an answer is not read; 0: the answer's text is of no interest. */
  readonly answerBytesMax: number;
}

export interface Answer {
  readonly ok: true;
  readonly status: number;
  readonly headers: Headers;
  /** Empty when it was of no interest. */
  readonly text: string;
}

export type NoAnswerReason = "aborted" | "blocked" | "redirected" | "timeout" | "too_large" | "unreachable";

/** Why there is no answer that could be read. Whether the other side took the request is then unknown. */
export interface NoAnswer {
  readonly ok: false;
  readonly reason: NoAnswerReason;
  readonly words: Words;
}

/** One request, one answer, within a time and a size. Follows no redirect, never throws. */
export async function exchange(request: Request, context: NetContext): Promise<Answer | NoAnswer> {
  const host = URL.parse(request.url)?.hostname ?? "?";
  const timeout = AbortSignal.timeout(request.timeoutMs);
  try {
    const response = await context.fetch(request.url, {
      method: request.method,
      headers: request.headers,
      ...(request.body === undefined ? {} : { body: request.body }),
      redirect: "manual",
      signal: AbortSignal.any([context.signal, timeout]),
    });
    const { status, headers } = response;
    if (status >= 300 && status < 400) {
      await response.body?.cancel();
      return noAnswer("redirected", {
        zh: `${host} 把请求转到了别的地址（HTTP ${status}），为安全起见没有跟随；请填写最终的地址`,
        en: `${host} redirects (HTTP ${status}), which is not followed: enter the final address`,
      });
    }
    const text = await readText(response, request.answerBytesMax);
    return { ok: true, status, headers, text };
  } catch (error) {
    if (context.signal.aborted) return stopped;
    if (timeout.aborted) return timedOut(host, request.timeoutMs);
    return explain(error, host);
  }
}

export const stopped: NoAnswer = {
  ok: false,
  reason: "aborted",
  words: { zh: "服务正在停止，稍后重发", en: "the server is stopping; it is sent again later" },
};

export function timedOut(host: string, timeoutMs: number): NoAnswer {
  const seconds = timeoutMs / 1_000;
  return noAnswer("timeout", {
    zh: `${host} 在 ${seconds} 秒内没有回应，稍后重试`,
    en: `${host} did not answer within ${seconds} s; it is tried again`,
  });
}

function noAnswer(reason: NoAnswerReason, words: Words): NoAnswer {
  return { ok: false, reason, words };
}

/** Says what happened in words of its own: the messages of libraries may hold an address with its secret. */
function explain(error: unknown, host: string): NoAnswer {
  if (error instanceof AddressBlocked) return noAnswer("blocked", blockedWords(error.host));
  if (error instanceof AnswerTooLarge)
    return noAnswer("too_large", {
      zh: `${host} 的回复过大，已停止读取；请检查地址是否填错`,
      en: `${host} answered with far too much and was cut off: check the address`,
    });
  const code = systemCode(error);
  return noAnswer("unreachable", {
    zh: `连不上 ${host}（${code}），稍后重试；一直失败请检查网络和地址`,
    en: `${host} cannot be reached (${code}); it is tried again. If it lasts, check the address`,
  });
}

/** `ECONNREFUSED` and the like, from the error or what caused it. */
export function systemCode(error: unknown): string {
  for (let one = error; one instanceof Error; one = one.cause) {
    if ("code" in one && typeof one.code === "string" && /^[A-Z0-9_]+$/.test(one.code)) return one.code;
    if (one instanceof AggregateError && one.errors.length > 0) return systemCode(one.errors[0]);
  }
  return "network error";
}

async function readText(response: Response, bytesMax: number): Promise<string> {
  if (response.body === null) return "";
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    if (bytesMax === 0) return "";
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      bytes += next.value.byteLength;
      if (bytes > bytesMax) throw new AnswerTooLarge(`more than ${bytesMax} bytes`);
      chunks.push(next.value);
    }
  } finally {
    await reader.cancel();
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** The `Retry-After` of an answer in milliseconds, whole seconds or a date; undefined when there is none. */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  if (/^\d{1,6}$/.test(value)) return Number(value) * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** The object that a JSON text is; undefined for anything else. */
export function readObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** A field that should hold a text; empty when it does not. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
