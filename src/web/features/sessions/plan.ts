import type { SessionItem, SessionPut, SlotBody, SlotItem } from "../../../api/sessions.ts";

/** A run-of-show while somebody edits it: pure, so that the page and its tests see the same. */

export type Tranche = SlotItem["tranches"][number];
export type DraftSlot = Omit<SlotItem, "startsAt" | "endsAt">;

export interface Draft extends Pick<SessionItem, "title" | "channels" | "rooms" | "hostScreen"> {
  /** Milliseconds. */
  readonly startsAt: number;
  readonly endsAt: number;
  readonly slots: readonly DraftSlot[];
}

export type Change =
  | { readonly kind: "head"; readonly patch: Partial<Omit<Draft, "slots">> }
  | { readonly kind: "slot"; readonly id: string; readonly patch: Partial<DraftSlot> }
  | { readonly kind: "remove"; readonly id: string }
  | { readonly kind: "move"; readonly from: string; readonly to: string }
  | { readonly kind: "add"; readonly slots: readonly DraftSlot[] }
  | { readonly kind: "replace"; readonly slots: readonly DraftSlot[] }
  | { readonly kind: "load"; readonly draft: Draft };

const minuteMs = 60_000;
export const slotMinutesDefault = 10;

export function draftOf(session: SessionItem): Draft {
  const { title, channels, rooms, hostScreen } = session;
  return {
    title,
    channels,
    rooms,
    hostScreen,
    startsAt: Date.parse(session.startsAt),
    endsAt: Date.parse(session.endsAt),
    slots: session.slots.map(({ startsAt: _, endsAt: __, ...slot }) => slot),
  };
}

export function edit(draft: Draft, change: Change): Draft {
  switch (change.kind) {
    case "head":
      return { ...draft, ...change.patch };
    case "slot":
      return {
        ...draft,
        slots: draft.slots.map((slot) => (slot.id === change.id ? { ...slot, ...change.patch } : slot)),
      };
    case "remove":
      return { ...draft, slots: draft.slots.filter((slot) => slot.id !== change.id) };
    case "move":
      return { ...draft, slots: moved(draft.slots, change.from, change.to) };
    case "add":
      return { ...draft, slots: [...draft.slots, ...change.slots] };
    case "replace":
      return { ...draft, slots: change.slots };
    case "load":
      return change.draft;
  }
}

/** The slot `from` in the place where `to` stands. */
function moved(slots: readonly DraftSlot[], from: string, to: string): readonly DraftSlot[] {
  const start = slots.findIndex((slot) => slot.id === from);
  const end = slots.findIndex((slot) => slot.id === to);
  const slot = slots[start];
  if (slot === undefined || end < 0 || start === end) return slots;
  return slots.toSpliced(start, 1).toSpliced(end, 0, slot);
}

/** When each slot begins, and when the last one ends: the plan alone, each after the one before it. */
export function startsOf(draft: Pick<Draft, "startsAt" | "slots">): readonly number[] {
  const starts = [draft.startsAt];
  let at = draft.startsAt;
  for (const slot of draft.slots) {
    at += slot.minutes * minuteMs;
    starts.push(at);
  }
  return starts;
}

/** How many minutes the slots leave of the planned time; below zero: they run over its end. */
export function spareMinutes(draft: Draft): number {
  const starts = startsOf(draft);
  return Math.round((draft.endsAt - (starts.at(-1) ?? draft.startsAt)) / minuteMs);
}

const idBytes = 6;

/** Unique among the slots of a plan. */
export function newSlotId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(idBytes));
  return `s${Array.from(bytes, (byte) => byte.toString(36).padStart(2, "0")).join("")}`;
}

/** A slot as it comes from a search, a paste or a file; what is absent is left to the SKU. */
export function slotOf(body: Omit<SlotBody, "id">, id: string): DraftSlot {
  return {
    id,
    sku: body.sku,
    minutes: body.minutes ?? slotMinutesDefault,
    target: body.target ?? null,
    price: body.price ?? null,
    buyerLimit: body.buyerLimit ?? null,
    buffer: body.buffer ?? null,
    allotment: body.allotment ?? null,
    alternates: body.alternates ?? [],
    tranches: body.tranches ?? [],
  };
}

export function putOf(draft: Draft, version: number): SessionPut {
  return {
    version,
    title: draft.title.trim(),
    channels: [...draft.channels],
    rooms: draft.rooms.map((room) => ({ ...room })),
    startsAt: new Date(draft.startsAt).toISOString(),
    endsAt: new Date(draft.endsAt).toISOString(),
    hostScreen: draft.hostScreen,
    slots: draft.slots.map((slot) => ({
      ...slot,
      alternates: [...slot.alternates],
      tranches: slot.tranches.map((one) => ({ ...one })),
    })),
  };
}

/** Whether anything would be lost. */
export function differs(a: Draft, b: Draft): boolean {
  return a !== b && JSON.stringify(a) !== JSON.stringify(b);
}

/** Every SKU that a plan names, once: what is shown and what may take over. */
export function skusOf(slots: readonly Pick<DraftSlot, "sku" | "alternates">[]): readonly string[] {
  return [...new Set(slots.flatMap((slot) => [slot.sku, ...slot.alternates]))];
}

/** The text of a paste as codes: one a line, or separated by blanks, commas or tabs; each once, in its order. */
export function codesOf(text: string): readonly string[] {
  return [...new Set(text.split(/[\s,，;；、]+/u).filter((code) => code !== ""))];
}

/** Cells copied from a table have columns, which codes alone have not. */
export function looksLikeTable(text: string): boolean {
  return text.split(/\r?\n/).some((line) => line.includes("\t") || line.split(/[,，]/u).length > 2);
}

export interface FieldProblem {
  readonly path: string;
  readonly zh: string;
  readonly en: string;
}

/** Which field of which slot a server's path means: `slots[3].tranches[0].units` is `tranches` of the fourth. */
export function slotField(path: string): { readonly index: number; readonly field: string } | null {
  const found = /^slots\[(\d+)\](?:\.(\w+))?/.exec(path);
  return found === null ? null : { index: Number(found[1]), field: found[2] ?? "sku" };
}

/** What is wrong with a refused plan: all of it, or the one field that the document names. */
export function problemsOf(problem: Readonly<Record<string, unknown>> | null): readonly FieldProblem[] {
  if (problem === null) return [];
  const { problems, path, detail, detailZh } = problem;
  if (Array.isArray(problems)) {
    const found = problems.filter(isFieldProblem);
    if (found.length > 0) return found;
  }
  return typeof path === "string" ? [{ path, zh: String(detailZh), en: String(detail) }] : [];
}

function isFieldProblem(one: unknown): one is FieldProblem {
  const fields = one as Partial<FieldProblem> | null;
  return typeof fields?.path === "string" && typeof fields.zh === "string" && typeof fields.en === "string";
}

/** What a browser's field for date and time shows of an instant, in the shop's zone: `2026-11-11T20:00`. */
export function localOf(instant: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(new Date(instant));
  return parts.replace(" ", "T");
}

/** The instant of such a text; null when it is not whole. Where a clock jumps, the hour after the jump counts. */
export function instantOf(local: string, timeZone: string): number | null {
  const asUtc = Date.parse(`${local}:00Z`);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(local) || Number.isNaN(asUtc)) return null;
  const offsetAt = (instant: number) => Date.parse(`${localOf(instant, timeZone)}:00Z`) - instant;
  // The offset of the guess may be that of the other side of a change: the second look is right.
  const guess = asUtc - offsetAt(asUtc);
  return asUtc - offsetAt(guess);
}
