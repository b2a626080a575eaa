import { ProblemError } from "../../api/problem.ts";
import type { SessionBody, SlotBody } from "../../api/sessions.ts";
import { instantOf } from "../../api/text.ts";
import {
  hostScreenDefault,
  plannedSkus,
  slotMinutesDefault,
  validateSession,
  type SessionPlan,
  type Slot,
} from "../../domain/live/session.ts";
import type { Problem } from "../../domain/live/words.ts";
import { skuKey } from "../../domain/text.ts";
import type { Clock } from "../../engine/clock.ts";
import type { OpenSession } from "../../engine/sessions/sessions.ts";
import type { Reads, ShopId } from "../../store/store.ts";

const sessionIdBytes = 6;
const slotIdBytes = 4;
/** Reads under way at once. */
const readsMax = 16;

export function newSessionId(clock: Pick<Clock, "random">): string {
  return `s${clock.random(sessionIdBytes)}`;
}

export function newSlotId(clock: Pick<Clock, "random">): string {
  return clock.random(slotIdBytes);
}

/** The plan that a person sends, with what they left out. */
export function planOfBody(
  id: string,
  body: Omit<SessionBody, "id">,
  clock: Pick<Clock, "random">,
): SessionPlan {
  return {
    id,
    title: body.title,
    channels: body.channels,
    rooms: (body.rooms ?? []).map(({ room, channel, title }) => ({ room, channel, title: title ?? "" })),
    startsAt: instantOf(body.startsAt),
    endsAt: instantOf(body.endsAt),
    hostScreen: body.hostScreen ?? hostScreenDefault,
    slots: body.slots.map((slot) => slotOfBody(slot, clock)),
  };
}

function slotOfBody(body: SlotBody, clock: Pick<Clock, "random">): Slot {
  return {
    id: body.id ?? newSlotId(clock),
    sku: skuKey(body.sku),
    minutes: body.minutes ?? slotMinutesDefault,
    target: body.target ?? null,
    price: body.price ?? null,
    buyerLimit: body.buyerLimit ?? null,
    buffer: body.buffer ?? null,
    allotment: body.allotment ?? null,
    alternates: (body.alternates ?? []).map(skuKey),
    tranches: body.tranches ?? [],
  };
}

/**
 * A draft may still be empty; everything else of it must work.
 * @param before the session as it is, where it is there
 * @throws ProblemError `invalid_plan` with every problem
 */
export async function requireValid(
  read: Reads,
  shop: ShopId,
  plan: SessionPlan,
  before: OpenSession | null,
): Promise<void> {
  const wanted = new Set([...plannedSkus(plan), ...plan.slots.flatMap((slot) => slot.alternates)]);
  const [skus, channels] = await Promise.all([knownSkus(read, shop, wanted), read.channels(shop)]);
  const known = { skus, channels: new Set(channels.map(({ channel }) => channel)) };
  const problems = validateSession(plan, known).filter(({ code }) => code !== "no_slot");
  requireNone([...problems, ...currentSlotProblem(plan, before)]);
}

/** @throws ProblemError `invalid_plan` where the run-of-show is empty */
export function requireSlots({ slots }: SessionPlan): void {
  if (slots.length > 0) return;
  requireNone([
    {
      code: "no_slot",
      path: "slots",
      zh: "还没有排品，请至少加入一个商品",
      en: "The run-of-show is empty: add a product",
    },
  ]);
}

function requireNone(problems: readonly Problem[]): void {
  const [first] = problems;
  if (first === undefined) return;
  const data = { path: first.path, problem: first.en, problemZh: first.zh };
  throw new ProblemError("invalid_plan", { ...data, problems });
}

/** What is on at the moment cannot be taken out of the plan: the pointer would point at nothing. */
function currentSlotProblem(plan: SessionPlan, before: OpenSession | null): readonly Problem[] {
  const current = before?.state.life === "live" ? before.state.pointer?.slot : undefined;
  if (current === undefined || plan.slots.some((slot) => slot.id === current)) return [];
  return [
    {
      code: "current_slot",
      path: "slots",
      zh: "正在讲解的商品不能移出排品，请先切换到别的商品",
      en: "The product that is on cannot leave the run-of-show: go to another first",
    },
  ];
}

/** Those of the codes that a SKU has. */
export async function knownSkus(
  read: Reads,
  shop: ShopId,
  codes: Iterable<string>,
): Promise<ReadonlySet<string>> {
  const wanted = [...codes];
  const known = new Set<string>();
  for (let at = 0; at < wanted.length; at += readsMax) {
    await Promise.all(
      wanted.slice(at, at + readsMax).map(async (sku) => {
        if ((await read.sku(shop, sku)) !== null) known.add(sku);
      }),
    );
  }
  return known;
}
