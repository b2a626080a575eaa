import type { FastifyReply } from "fastify";
import { orderAnswer } from "../api/present.ts";
import { doneStatus } from "../api/outcomes.ts";
import { ProblemError, problemOfRefusal } from "../api/problem.ts";
import { isRefusal, type Applied, type Outcome, type Refusal } from "../domain/outcome.ts";
import type { Line } from "../domain/rows.ts";
import { sendProblem } from "./errors.ts";

const replayedHeader = "idempotency-replayed";

/** An outcome that was done, now or the first time; or a refusal, now or the first time. */
interface Settled {
  readonly done: Applied | null;
  readonly lines: readonly Line[];
  readonly repeated: boolean;
}

/** Null: it is a refusal, and `reply` was sent with it. */
function settledOf(outcome: Outcome, reply: FastifyReply): Settled | null {
  if (isRefusal(outcome)) return refused(reply, outcome);
  if (outcome.code === "stale") return { done: null, lines: [], repeated: true };
  if (outcome.code !== "duplicate") return { done: outcome, lines: outcome.lines ?? [], repeated: false };
  reply.header(replayedHeader, "true");
  const { first } = outcome;
  if (first !== null && isRefusal(first)) return refused(reply, first);
  const done = first !== null && "seq" in first ? first : null;
  return { done, lines: outcome.lines ?? done?.lines ?? [], repeated: true };
}

function refused(reply: FastifyReply, refusal: Refusal): null {
  sendProblem(reply, problemOfRefusal(refusal));
  return null;
}

/** Answers a reservation, a payment, a cancellation: 201 when it is new and creates, else 200. */
export function sendOrder(
  reply: FastifyReply,
  order: { readonly channel: string; readonly orderId: string },
  outcome: Outcome,
  created: boolean,
): void {
  const settled = settledOf(outcome, reply);
  if (settled === null) return;
  reply.code(created && !settled.repeated ? 201 : doneStatus.applied);
  reply.send(orderAnswer(order, settled.lines, settled.done?.seq ?? 0));
}

/** Answers a receipt or an adjustment with its number in the journal. */
export function sendSeq(reply: FastifyReply, outcome: Outcome): void {
  const settled = settledOf(outcome, reply);
  if (settled === null) return;
  reply.code(settled.repeated ? doneStatus.duplicate : 201).send({ seq: settled.done?.seq ?? 0 });
}

/** Throws a refusal as its problem; answers whether the command said anything new. */
export function requireDone(outcome: Outcome): "applied" | "duplicate" {
  if (!isRefusal(outcome))
    return outcome.code === "duplicate" || outcome.code === "stale" ? "duplicate" : "applied";
  const { code, ...data } = outcome;
  throw new ProblemError(code, data);
}

/** For handlers that answer without a promise of their own: the error handler answers. */
export function sendError(reply: FastifyReply, error: unknown): void {
  reply.send(error);
}
