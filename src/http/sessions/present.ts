import type {
  PrecheckItem,
  SessionItem,
  SessionSummary,
  SignatureItem,
  SlotItem,
} from "../../api/sessions.ts";
import { timeOf, timeOrNull } from "../../api/text.ts";
import { signatureState, type SessionState } from "../../domain/live/fold.ts";
import { precheckSums, type Signature } from "../../domain/live/precheck.ts";
import { plannedSkus, slotTimes, type SessionPlan } from "../../domain/live/session.ts";
import type { Precheck } from "../../engine/sessions/precheck.ts";
import type { OpenSession } from "../../engine/sessions/sessions.ts";
import type { SessionSums } from "../../engine/sessions/sums.ts";

/** Sessions as the API shows them. */

export function sessionItem({ plan, version, state, updatedAt, updatedBy }: OpenSession): SessionItem {
  const { pointer } = state;
  return {
    id: plan.id,
    version,
    title: plan.title,
    channels: plan.channels,
    rooms: plan.rooms,
    startsAt: timeOf(plan.startsAt),
    endsAt: timeOf(plan.endsAt),
    hostScreen: plan.hostScreen,
    slots: slotItems(plan),
    life: state.life,
    liveSince: timeOrNull(state.liveSince),
    endedAt: timeOrNull(state.endedAt),
    signature: signatureItem(state.signature),
    signatureState: signatureState(state, false),
    unsignedReason: state.unsignedReason,
    pointer: pointer === null ? null : { slot: pointer.slot, since: timeOf(pointer.since), by: pointer.by },
    followsClock: state.followsClock,
    updatedAt: timeOf(updatedAt),
    updatedBy,
  };
}

function slotItems(plan: SessionPlan): SlotItem[] {
  const times = slotTimes(plan);
  return plan.slots.map((slot, index) => ({
    ...slot,
    tranches: [...slot.tranches],
    startsAt: timeOf(times[index]?.startsAt ?? plan.startsAt),
    endsAt: timeOf(times[index]?.endsAt ?? plan.endsAt),
  }));
}

function signatureItem(signature: Signature | null): SignatureItem | null {
  if (signature === null) return null;
  const { by, at, note, pass, warn, fail } = signature;
  return { by, at: timeOf(at), note, pass, warn, fail };
}

export function sessionSummary(
  { plan, version, state }: OpenSession,
  sums: SessionSums,
  shortageOf: ReadonlyMap<string, number>,
): SessionSummary {
  const skus = plannedSkus(plan);
  return {
    id: plan.id,
    version,
    title: plan.title,
    channels: plan.channels,
    startsAt: timeOf(plan.startsAt),
    endsAt: timeOf(plan.endsAt),
    life: state.life,
    liveSince: timeOrNull(state.liveSince),
    endedAt: timeOrNull(state.endedAt),
    signatureState: signatureState(state, false),
    slots: plan.slots.length,
    skus: skus.length,
    ...sums,
    shortage:
      state.liveSince === null ? 0 : skus.reduce((units, sku) => units + (shortageOf.get(sku) ?? 0), 0),
  };
}

export function precheckItem(
  { at, lines, digest, worse, names }: Precheck,
  state: SessionState,
): PrecheckItem {
  const { pass, warn, fail } = precheckSums(lines);
  return {
    at: timeOf(at),
    digest,
    sums: { pass, warn, fail },
    lines: lines.map((line) => {
      const subject = line.sku ?? line.id.slice(line.id.indexOf(":") + 1);
      return { ...line, name: names.get(subject) ?? null };
    }),
    signature: signatureItem(state.signature),
    signatureState: signatureState(state, worse.length > 0),
    worse: state.signature === null ? [] : worse,
  };
}
