import { errorCodes, type FastifyError, type FastifyReply, type FastifyRequest } from "fastify";
import { ProblemError, problemMediaType, problemOf, type Problem } from "../api/problem.ts";
import type { Clock } from "../engine/clock.ts";
import { Busy, CommandFailed, ShuttingDown } from "../engine/errors.ts";
import { TooManyReaders, feedLimits } from "../engine/feed.ts";
import { InvalidCursor, StoreUnavailable, UnknownShop } from "../store/errors.ts";
import { httpLimits } from "./limits.ts";

/** What a thrown thing says to the client. Null: it is our fault, and only the log learns more. */
export function problemErrorOf(error: unknown): ProblemError | null {
  if (error instanceof ProblemError) return error;
  if (error instanceof Busy) return busy(error.retryAfterMs);
  if (error instanceof ShuttingDown) return new ProblemError("shutting_down", {}, { "retry-after": "1" });
  if (error instanceof CommandFailed) return new ProblemError("internal", { id: error.id });
  if (error instanceof StoreUnavailable) return busy(1_000);
  if (error instanceof TooManyReaders) {
    return new ProblemError("too_many_streams", { limit: feedLimits.readersMax }, { "retry-after": "5" });
  }
  if (error instanceof InvalidCursor) {
    const said = { problem: "it is no cursor of this list", problemZh: "不是这个列表给出的游标" };
    return new ProblemError("invalid_body", { path: "cursor", ...said });
  }
  if (error instanceof UnknownShop) return new ProblemError("not_found", { what: "shop", whatZh: "店铺" });
  return isFastifyError(error) ? ofFastify(error) : null;
}

function busy(retryAfterMs: number): ProblemError {
  return new ProblemError("busy", {}, { "retry-after": String(Math.ceil(retryAfterMs / 1_000)) });
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && "statusCode" in error && typeof error.statusCode === "number";
}

function ofFastify(error: FastifyError): ProblemError | null {
  if (error instanceof errorCodes.FST_ERR_CTP_BODY_TOO_LARGE) {
    return new ProblemError("body_too_large", { limit: httpLimits.bodyBytesMax });
  }
  if (error instanceof errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE)
    return new ProblemError("unsupported_media_type");
  const status = error.statusCode ?? 500;
  if (status === 404) return notFound();
  if (status < 400 || status >= 500) return null;
  // Its own message may repeat what was sent, however long.
  const problem = `the request is malformed (${error.code})`;
  return new ProblemError("invalid_body", { path: "", problem, problemZh: `请求格式有误（${error.code}）` });
}

export function notFound(): ProblemError {
  return new ProblemError("not_found", { what: "such address", whatZh: "这个地址" });
}

/** Sends a problem document as text: no schema shapes it. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).header("content-type", problemMediaType).send(JSON.stringify(problem));
}

/** The one place where errors become answers. Bodies, buyers and cookies never reach the log. */
export function createErrorHandler(clock: Clock) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    let known = problemErrorOf(error);
    if (known === null) {
      const id = clock.random(8);
      request.log.error(
        { err: error, id, method: request.method, route: request.routeOptions.url },
        "a request failed",
      );
      known = new ProblemError("internal", { id });
    }
    if (known.problem.code === "unauthenticated") reply.header("www-authenticate", "Bearer");
    for (const [name, value] of Object.entries(known.headers)) reply.header(name, value);
    // The rest of a body that is too large is read and thrown away, so that the sender gets to read the answer.
    if (known.problem.code === "body_too_large") reply.removeHeader("connection");
    return sendProblem(reply, known.problem);
  };
}

/** For what is not even a request: the bytes to send back before the connection is closed. */
export function malformedAnswer(code: string | undefined): string {
  const tooLarge = code === "HPE_HEADER_OVERFLOW";
  const late = code === "ERR_HTTP_REQUEST_TIMEOUT";
  const status = tooLarge
    ? "431 Request Header Fields Too Large"
    : late
      ? "408 Request Timeout"
      : "400 Bad Request";
  const problem = tooLarge
    ? { problem: "the header is too large", problemZh: "请求头过大" }
    : late
      ? { problem: "the request took too long", problemZh: "请求超时未发完" }
      : { problem: "this is not valid HTTP", problemZh: "不是有效的 HTTP 请求" };
  const body = JSON.stringify({
    ...problemOf("invalid_body", { path: "", ...problem }),
    status: Number(status.slice(0, 3)),
  });
  return (
    `HTTP/1.1 ${status}\r\ncontent-type: ${problemMediaType}\r\n` +
    `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`
  );
}
