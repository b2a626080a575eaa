import type { FastifyReply } from "fastify";
import type { Meaning, ProblemCode } from "../../api/outcomes.ts";
import { sentence } from "../../api/outcomes.ts";
import { problemOf } from "../../api/problem.ts";
import type { Problem, ProblemData } from "../../api/problem.ts";
import { sendProblem } from "../errors.ts";

/** What only accounts can answer, beside the codes that every route has. */
export const accountMeanings = {
  invalid_credentials: {
    status: 401,
    title: "Wrong user name or password",
    detail: "The user name or the password is not right. An owner can issue a new one-time password.",
    detailZh: "用户名或密码不正确，请检查后重试；忘记密码请找负责人重置。",
  },
  invalid_token: {
    status: 403,
    title: "The link is not valid",
    detail: "The link was used, or a later start printed another one. Use the latest link in the terminal.",
    detailZh: "链接已使用或已失效，请用终端里最新打印的链接；没有的话重新启动一次就会打印新链接。",
  },
  username_taken: {
    status: 409,
    title: "The user name is taken",
    detail: "Another account has the user name {username}. Choose another one.",
    detailZh: "用户名 {username} 已被使用，请换一个。",
  },
  last_owner: {
    status: 409,
    title: "The last owner must stay",
    detail: "Without an owner nobody could manage accounts. Make somebody else an owner first.",
    detailZh: "至少要保留一位负责人，请先把另一个人设为负责人。",
  },
  setup_done: {
    status: 409,
    title: "The owner exists already",
    detail: "The first owner was created before. Sign in instead.",
    detailZh: "负责人账号已经创建，请直接登录。",
  },
  limit_reached: {
    status: 409,
    title: "Too many",
    detail: "At most {limit} are allowed. Remove one that is no longer used.",
    detailZh: "最多 {limit} 个，请先删除不再使用的。",
  },
} as const satisfies Record<string, Meaning>;

export type AccountCode = keyof typeof accountMeanings;

/** Why something was refused: a code, and what fills its sentences. */
export interface Reason {
  readonly code: AccountCode | ProblemCode;
  readonly data: ProblemData;
}

/** What an operation on accounts gives: its value, or why it was refused. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: Reason };

export function accept<T>(value: T): Answer<T> {
  return { ok: true, value };
}

export function refuse(code: Reason["code"], data: ProblemData = {}): Answer<never> {
  return { ok: false, reason: { code, data } };
}

function isAccountCode(code: Reason["code"]): code is AccountCode {
  return Object.hasOwn(accountMeanings, code);
}

function documentOf({ code, data }: Reason): Problem {
  if (!isAccountCode(code)) return problemOf(code, data);
  const meaning = accountMeanings[code];
  return {
    ...data,
    type: `https://zaiku.dev/errors/${code}`,
    title: meaning.title,
    status: meaning.status,
    code,
    detail: sentence(meaning.detail, data, "en"),
    detailZh: sentence(meaning.detailZh, data, "zh"),
  };
}

/** Answers with the problem document. */
export function sendReason(reply: FastifyReply, reason: Reason): FastifyReply {
  const { code, data } = reason;
  reply.header("cache-control", "no-store");
  if (code === "unauthenticated") reply.header("www-authenticate", "Bearer");
  if (code === "rate_limited") reply.header("retry-after", `${Number(data.seconds)}`);
  return sendProblem(reply, documentOf(reason));
}
