import type { TLocalizedValidationError } from "typebox/error";
import { Compile } from "typebox/compile";
import { observeCommand, type Caller } from "../../api/commands.ts";
import { OrderEvent, type EventResult } from "../../api/orders.ts";
import type { ProblemCode } from "../../api/outcomes.ts";
import { eventResult } from "../../api/present.ts";
import { problemOf, type Problem, type ProblemData } from "../../api/problem.ts";
import { faultOf } from "../../api/validate.ts";
import type { Observe } from "../../domain/command.ts";
import { isRefusal } from "../../domain/outcome.ts";
import type { OrderContact } from "../../engine/after-live/order-sides.ts";
import { Busy } from "../../engine/errors.ts";
import type { Answer, Batcher } from "../../engine/batcher.ts";
import { problemErrorOf } from "../errors.ts";

/**
 * A batch of order events: each item is judged by itself. One that is no event is rejected with its reason
 * while the others are applied, and answers stand in the order of the items.
 */

const validator = Compile(OrderEvent);
/** When an event whose parcel could not be kept is worth saying again. */
const askAgainMs = 1_000;

/** An item on its way: its result already, or the command whose answer will be its result. */
export type Judged =
  | { readonly index: number; readonly result: EventResult }
  | { readonly index: number; readonly command: Observe; readonly contact?: OrderContact };

/** Keeps what came with orders that were taken. */
export type Tell = (contacts: readonly OrderContact[]) => Promise<void>;

export function judge(index: number, item: unknown, caller: Caller): Judged {
  if (!validator.Check(item)) {
    const errors: readonly TLocalizedValidationError[] = validator.Errors(item);
    return { index, result: rejected(index, "invalid_body", { ...faultOf(errors) }) };
  }
  const mapped = observeCommand(item, caller);
  if ("fault" in mapped) return { index, result: rejected(index, "invalid_body", { ...mapped.fault }) };
  caller.heard?.(mapped.command.channel, mapped.command.updatedAt);
  const { channel, orderId, phone, address, region } = item;
  if (phone === undefined && address === undefined) return { index, command: mapped.command };
  return { index, command: mapped.command, contact: { channel, orderId, phone, address, region } };
}

export function rejected(index: number, code: ProblemCode, data: ProblemData): EventResult {
  return rejectedAs(index, problemOf(code, data));
}

function rejectedAs(index: number, { code, path, detail, detailZh }: Problem): EventResult {
  return { index, result: "rejected", code, ...(path === undefined ? {} : { path }), detail, detailZh };
}

/** Submits the commands among the items, in order, and answers every item. */
export async function applyAll(
  batcher: Batcher,
  items: readonly Judged[],
  tell: Tell,
): Promise<EventResult[]> {
  const commands = items.flatMap((item) => ("command" in item ? [item.command] : []));
  const given = await batcher.submitAll(commands);
  const answers = (await told(items, given, tell)).values();
  return items.map((item) => {
    if ("result" in item) return item.result;
    const answer = answers.next().value;
    return answer === undefined
      ? rejected(item.index, "internal", { id: "none" })
      : resultOf(item.index, answer);
  });
}

/** The answers, each with its parcel kept; where that failed, the sender is asked to say the event again. */
async function told(
  items: readonly Judged[],
  answers: readonly Answer[],
  tell: Tell,
): Promise<readonly Answer[]> {
  if (!items.some((item) => "command" in item && item.contact !== undefined)) return answers;
  const contacts: OrderContact[] = [];
  const places = new Set<number>();
  let place = -1;
  for (const item of items) {
    if (!("command" in item)) continue;
    place += 1;
    const answer = answers[place];
    if (item.contact === undefined || answer === undefined || !("outcome" in answer)) continue;
    if (isRefusal(answer.outcome)) continue;
    contacts.push(item.contact);
    places.add(place);
  }
  try {
    if (contacts.length > 0) await tell(contacts);
    return answers;
  } catch (error) {
    const failed = new Busy(askAgainMs, { cause: error });
    return answers.map((answer, index) => (places.has(index) ? { error: failed } : answer));
  }
}

function resultOf(index: number, answer: Answer): EventResult {
  if ("outcome" in answer) return eventResult(index, answer.outcome);
  const known = problemErrorOf(answer.error);
  return known === null ? rejected(index, "internal", { id: "none" }) : rejectedAs(index, known.problem);
}

/** How many items ended in each result. */
export function countsOf(results: readonly EventResult[]): Record<EventResult["result"], number> {
  const counts = { applied: 0, duplicate: 0, stale: 0, shortage: 0, rejected: 0 };
  for (const { result } of results) counts[result] += 1;
  return counts;
}
