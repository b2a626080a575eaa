import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { PrecheckLineItem } from "../../../api/sessions.ts";
import { zh } from "../../i18n/zh.ts";
import { useChannelNames } from "../../ui/channel-names.ts";
import { useFormat, type Format } from "../../ui/format.ts";

type Check = keyof typeof zh.precheck.check;
type Fix = keyof typeof zh.precheck.fix;

/** A check's name, or its code where this page does not know it. */
export function useCheckName(): (check: string) => string {
  const { t } = useTranslation();
  return (check) => (Object.hasOwn(zh.precheck.check, check) ? t(`precheck.check.${check as Check}`) : check);
}

export function useFixName(): (action: string) => string {
  const { t } = useTranslation();
  return (action) => (Object.hasOwn(zh.precheck.fix, action) ? t(`precheck.fix.${action as Fix}`) : action);
}

type Evidence = PrecheckLineItem["evidence"];

/** What sentences are made of: words, figures, and the shop's names for its channels. */
interface Speaker {
  readonly t: TFunction;
  readonly format: Format;
  readonly nameOf: (channel: string) => string;
}

/** What a line saw, as a sentence with its numbers. */
export function useEvidence(): (line: PrecheckLineItem) => string {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = useChannelNames();
  return (line) => goodsText({ t, format, nameOf }, line) ?? otherText({ t, format, nameOf }, line);
}

function figure({ format }: Speaker, value: Evidence[string] | undefined): string {
  return format.number(Math.round(Number(value ?? 0)));
}

/** About the goods themselves; null: the line is about something else. */
function goodsText(say: Speaker, { check, evidence, result }: PrecheckLineItem): string | null {
  const { t } = say;
  const passed = result === "pass";
  const n = (name: string) => figure(say, evidence[name]);
  switch (check) {
    case "known":
      return t(passed ? "precheck.see.known" : "precheck.see.unknown");
    case "stock":
      return evidence["target"] == null
        ? t("precheck.see.stockOnly", { sellable: n("sellable") })
        : t("precheck.see.stock", { sellable: n("sellable"), target: n("target") });
    case "backlog":
      return passed ? t("precheck.see.noBacklog") : t("precheck.see.backlog", { n: n("shortage") });
    case "counted":
      return countedText(say, evidence);
    case "set_aside":
      return t("precheck.see.setAside", { committed: n("committed"), setAside: n("setAside") });
    case "suspect":
      return suspectText(say, evidence);
    default:
      return null;
  }
}

/** About how it is sold, and about what must answer. */
function otherText(say: Speaker, { check, evidence, result }: PrecheckLineItem): string {
  const { t, nameOf } = say;
  const passed = result === "pass";
  const n = (name: string) => figure(say, evidence[name]);
  const channel = nameOf(String(evidence["channel"] ?? ""));
  const listing = String(evidence["listing"] ?? "");
  switch (check) {
    case "channel_number":
      if (listing === "") return unseenText(say, channel, evidence);
      return evidence["shown"] == null
        ? t("precheck.see.channelSilent", { channel, listing })
        : t("precheck.see.channelShows", { channel, listing, shown: n("shown"), expected: n("expected") });
    case "mapped":
      return t(passed ? "precheck.see.mapped" : "precheck.see.unmapped", { channel });
    case "selling":
      return t(passed ? "precheck.see.selling" : "precheck.see.stopped");
    case "buffer":
      return passed
        ? t("precheck.see.buffer", { n: n("buffer") })
        : t("precheck.see.noBuffer", { target: n("target") });
    case "limit":
      if (!passed) return t("precheck.see.noLimit", { target: n("target") });
      return evidence["limit"] == null
        ? t("precheck.see.slotLimit")
        : t("precheck.see.limit", { n: n("limit") });
    case "connector":
      return endpointText(
        say,
        nameOf(String(evidence["connector"] ?? "")),
        evidence["secondsAgo"] ?? null,
        passed,
      );
    case "robot":
      return endpointText(say, String(evidence["robot"] ?? ""), evidence["secondsAgo"] ?? null, passed);
    default:
      return Object.entries(evidence)
        .map(([name, value]) => `${name} ${String(value ?? "—")}`)
        .join(" · ");
  }
}

function countedText({ t, format }: Speaker, { hoursAgo, variance, countHours }: Evidence): string {
  if (typeof hoursAgo !== "number") return t("precheck.see.neverCounted");
  const hours = format.number(Math.round(hoursAgo * 10) / 10);
  if (hoursAgo > Number(countHours)) return t("precheck.see.countOld", { hours, limit: Number(countHours) });
  const units = Number(variance ?? 0);
  if (units === 0) return t("precheck.see.countRight", { hours });
  const n = `${units > 0 ? "+" : "−"}${format.number(Math.abs(units))}`;
  return t("precheck.see.countWrong", { hours, n });
}

/** A channel that nobody can ask what it shows: what is known is how its orders agreed with the books. */
function unseenText(
  { t, format }: Speaker,
  channel: string,
  { hoursAgo, open, countHours }: Evidence,
): string {
  if (typeof hoursAgo !== "number") return t("precheck.see.neverCompared", { channel });
  const hours = format.number(Math.round(hoursAgo * 10) / 10);
  if (hoursAgo > Number(countHours))
    return t("precheck.see.comparedLong", { channel, hours, limit: Number(countHours) });
  const n = Number(open ?? 0);
  return n > 0
    ? t("precheck.see.comparedOpen", { channel, hours, n: format.number(n) })
    : t("precheck.see.comparedRight", { channel, hours });
}

const suspects = ["damaged", "expiring", "stuck", "unplaced"] as const;

function suspectText({ t, format }: Speaker, evidence: Evidence): string {
  const found = suspects.filter((kind) => Number(evidence[kind] ?? 0) > 0);
  if (found.length === 0) return t("precheck.see.noSuspect");
  return found
    .map((kind) => t(`precheck.suspect.${kind}`, { n: format.number(Number(evidence[kind])) }))
    .join(t("common.comma"));
}

function endpointText(
  say: Speaker,
  name: string,
  secondsAgo: string | number | null,
  answers: boolean,
): string {
  const { t } = say;
  if (secondsAgo === null) return t(answers ? "precheck.see.answers" : "precheck.see.silent", { name });
  const minutes = figure(say, Number(secondsAgo) / 60);
  return t(answers ? "precheck.see.answeredAgo" : "precheck.see.silentSince", { name, minutes });
}
