import type { SessionPlan } from "./session.ts";
import { slotAt } from "./session.ts";
import type { Instant } from "../rows.ts";
import type { Words } from "./words.ts";

/** A session's life. It goes forward; the way back is narrow and has a reason. */
export const lives = ["draft", "prechecked", "live", "ended", "reviewed"] as const;
export type Life = (typeof lives)[number];

export const lifeSteps = ["sign", "reopen", "go_live", "end", "resume", "review", "reopen_review"] as const;
export type LifeStep = (typeof lifeSteps)[number];

interface Transition {
  readonly from: readonly Life[];
  readonly to: Life;
  /** Whether somebody must say why: never, always, or unless the precheck is signed as it stands. */
  readonly reason: "none" | "always" | "unsigned";
}

/** Every step there is. Whatever is not here is refused. */
export const transitions: Readonly<Record<LifeStep, Transition>> = {
  // Signing again while prechecked takes the newer list.
  sign: { from: ["draft", "prechecked"], to: "prechecked", reason: "none" },
  reopen: { from: ["prechecked"], to: "draft", reason: "always" },
  go_live: { from: ["draft", "prechecked"], to: "live", reason: "unsigned" },
  end: { from: ["live"], to: "ended", reason: "none" },
  // A stream that broke off, or was ended by mistake.
  resume: { from: ["ended"], to: "live", reason: "always" },
  review: { from: ["ended"], to: "reviewed", reason: "none" },
  reopen_review: { from: ["reviewed"], to: "ended", reason: "always" },
};

/** `stale`: the list has become worse since it was signed, or the plan has changed. */
export type SignatureState = "current" | "stale" | "none";

export type LifeOutcome =
  | { readonly ok: true; readonly life: Life }
  | { readonly ok: false; readonly code: LifeRefusal; readonly words: Words };
export type LifeRefusal = "wrong_life" | "reason_needed";

export const lifeNames: Readonly<Record<Life, Words>> = {
  draft: { zh: "草稿", en: "draft" },
  prechecked: { zh: "已检查", en: "prechecked" },
  live: { zh: "直播中", en: "live" },
  ended: { zh: "已结束", en: "ended" },
  reviewed: { zh: "已复盘", en: "reviewed" },
};

/**
 * The life after a step, or why it is refused.
 * @param reason what the person said; blanks are no reason
 */
export function stepLife(
  life: Life,
  step: LifeStep,
  { signature, reason }: { readonly signature: SignatureState; readonly reason: string | null },
): LifeOutcome {
  const { from, to, reason: needed } = transitions[step];
  if (!from.includes(life)) {
    const names = from.map((one) => lifeNames[one]);
    return {
      ok: false,
      code: "wrong_life",
      words: {
        zh: `场次现在是「${lifeNames[life].zh}」，这一步只能在「${names.map((one) => one.zh).join("」或「")}」时做`,
        en: `The session is ${lifeNames[life].en}; this step is for one that is ${names.map((one) => one.en).join(" or ")}`,
      },
    };
  }
  const wanted = needed === "always" || (needed === "unsigned" && signature !== "current");
  if (wanted && (reason ?? "").trim() === "")
    return { ok: false, code: "reason_needed", words: reasonWords(step, signature) };
  return { ok: true, life: to };
}

function reasonWords(step: LifeStep, signature: SignatureState): Words {
  if (step !== "go_live") return { zh: "请写明原因", en: "Say why" };
  return signature === "none"
    ? {
        zh: "开播前检查还没有签字：先签字，或写明为什么现在就开播",
        en: "The precheck is not signed: sign it, or say why you go live now",
      }
    : {
        zh: "签字之后情况有变：重新签字，或写明为什么现在就开播",
        en: "Things have changed since the precheck was signed: sign again, or say why you go live now",
      };
}

/** The product that is on: since when, and who or what put it there. */
export interface Pointer {
  readonly slot: string;
  readonly since: Instant;
  readonly by: PointerMove["by"];
}

/** `next` and `previous` come from the keyboard, `tap` and `api` name the slot, `clock` follows the plan. */
export type PointerMove =
  | { readonly by: "tap" | "api"; readonly slot: string }
  | { readonly by: "next" | "previous" }
  | { readonly by: "clock"; readonly at: Instant };

export type PointerOutcome =
  | { readonly ok: true; readonly slot: string; readonly moved: boolean }
  | { readonly ok: false; readonly code: PointerRefusal; readonly words: Words };
export type PointerRefusal = "not_live" | "unknown_slot" | "no_slot";

const pointerRefusals: Readonly<Record<PointerRefusal, Words>> = {
  not_live: {
    zh: "开播以后才能切换讲解商品",
    en: "The product that is on can be changed once the session is live",
  },
  unknown_slot: { zh: "排品里没有这一项", en: "The run-of-show has no such slot" },
  no_slot: { zh: "已经到头了", en: "There is no slot in that direction" },
};

/**
 * Where the pointer goes. `moved` is false when it stands there already: nothing happens and nothing is logged.
 * @param current the slot that is on, or null before the first
 */
export function movePointer(
  plan: Pick<SessionPlan, "startsAt" | "slots">,
  life: Life,
  current: string | null,
  move: PointerMove,
): PointerOutcome {
  const refuse = (code: PointerRefusal): PointerOutcome => ({
    ok: false,
    code,
    words: pointerRefusals[code],
  });
  if (life !== "live") return refuse("not_live");
  const slot = targetOf(plan, current, move);
  if (slot === null) return refuse("slot" in move ? "unknown_slot" : "no_slot");
  return { ok: true, slot, moved: slot !== current };
}

function targetOf(
  plan: Pick<SessionPlan, "startsAt" | "slots">,
  current: string | null,
  move: PointerMove,
): string | null {
  const { slots } = plan;
  const index = slots.findIndex((slot) => slot.id === current);
  switch (move.by) {
    case "tap":
    case "api":
      return slots.some((slot) => slot.id === move.slot) ? move.slot : null;
    case "next":
      return slots[index + 1]?.id ?? null;
    case "previous":
      return index > 0 ? (slots[index - 1]?.id ?? null) : null;
    case "clock":
      return slotAt(plan, move.at);
  }
}
