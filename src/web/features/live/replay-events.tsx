import { useTranslation } from "react-i18next";
import type { ViewSlot } from "../../../api/session-view.ts";
import { zh } from "../../i18n/zh.ts";
import { useWords } from "../../ui/words.ts";
import { isAction } from "./alert-card.tsx";
import { useLiveWords } from "./live-words.ts";
import { ruleOf, type Event } from "./replay.ts";

type Kind = keyof typeof zh.replay.kind;
type RuleName = keyof typeof zh.live.rule;
type StepName = keyof typeof zh.replay.step;

function isKey<T extends object>(words: T, key: string): key is keyof T & string {
  return Object.hasOwn(words, key);
}

interface EventLineProps {
  readonly event: Event;
  readonly names: ReadonlyMap<string, string>;
  readonly slots: readonly ViewSlot[];
}

/** One line of the timeline: when, what, about which product, by whom. */
export function EventLine({ event, names, slots }: EventLineProps) {
  const { t } = useTranslation();
  const { format } = useLiveWords();
  const words = useWords();
  const name = isKey(zh.replay.kind, event.kind) ? t(`replay.kind.${event.kind satisfies Kind}`) : event.kind;
  const slot = slots.find((one) => one.id === event.body.slot);
  const sku = event.sku ?? slot?.sku ?? null;
  const about = sku === null ? "" : (names.get(sku) ?? sku);
  const detail = useDetail(event);
  return (
    <>
      <time>{format.clock(event.at)}</time>
      <span>
        <b>{name}</b> {[about, detail].filter((part) => part !== "").join(" · ")}
      </span>
      <small>{words.actor(event.actor)}</small>
    </>
  );
}

/** The word of an event's body that says most. */
function useDetail(event: Event): string {
  const { t } = useTranslation();
  const { action, text, step, supplier, units, reason, channel } = event.body;
  if (typeof text === "string") return text;
  if (typeof step === "string" && isKey(zh.replay.step, step))
    return t(`replay.step.${step satisfies StepName}`);
  if (typeof action === "string") return isAction(action) ? t(`live.action.${action}`) : action;
  const rule = ruleOf(event);
  if (rule !== null && isKey(zh.live.rule, rule)) return t(`live.rule.${rule satisfies RuleName}`);
  if (typeof supplier === "string") return supplier;
  if (typeof units === "number") return t("live.units", { n: units });
  if (typeof channel === "string") return channel;
  return typeof reason === "string" ? reason : "";
}
