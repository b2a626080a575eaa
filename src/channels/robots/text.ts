import type { Instant } from "../../domain/rows.ts";
import type { Severity } from "../../domain/live/rule.ts";
import type { Words } from "../../domain/live/words.ts";
import { sendLimits } from "./robot.ts";
import type { Alarm } from "./robot.ts";

export const severityWords: Readonly<Record<Severity, Words>> = {
  1: { zh: "提醒", en: "Note" },
  2: { zh: "注意", en: "Warning" },
  3: { zh: "紧急", en: "Urgent" },
};

/** `【紧急】A01 快卖完了`: in one line, whatever the title holds. */
export function headline(alarm: Alarm): string {
  const title = alarm.title.replace(/\s+/gu, " ").trim();
  return `【${severityWords[alarm.severity].zh}】${cutCharacters(title, sendLimits.titleCharactersMax)}`;
}

export function byteLength(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

function cutCharacters(text: string, charactersMax: number): string {
  const characters = Array.from(text);
  return characters.length <= charactersMax ? text : `${characters.slice(0, charactersMax - 1).join("")}…`;
}

/** Stands where a text was cut. */
export const cutMark = "…（内容过长，已截断）";

/**
 * The text when it has at most `bytesMax` bytes of UTF-8, else as much of its beginning as fits with the mark
 * of the cut behind it. Never half a character; empty when not even the mark fits.
 */
export function fitBytes(text: string, bytesMax: number): string {
  if (byteLength(text) <= bytesMax) return text;
  const room = bytesMax - byteLength(cutMark);
  if (room < 0) return "";
  const bytes = Buffer.from(text, "utf8");
  let end = room;
  // 10xxxxxx is the inside of a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return `${bytes.toString("utf8", 0, end).trimEnd()}${cutMark}`;
}

/**
 * The JSON of what `build` makes of the text, the text cut so that the JSON has at most `bytesMax` bytes.
 * What a character takes in JSON depends on it and on what `build` does with it, so the longest beginning is
 * searched for.
 */
export function fitJson(text: string, bytesMax: number, build: (text: string) => object): string {
  const whole = fitBytes(text, bytesMax);
  let best = JSON.stringify(build(whole));
  if (byteLength(best) <= bytesMax) return best;
  best = JSON.stringify(build(""));
  let fits = 0;
  let tooMuch = byteLength(whole);
  while (tooMuch - fits > 1) {
    const room = Math.floor((fits + tooMuch) / 2);
    const json = JSON.stringify(build(fitBytes(whole, room)));
    if (byteLength(json) > bytesMax) tooMuch = room;
    else [fits, best] = [room, json];
  }
  return best;
}

/** Markdown as plain text: the words and the addresses stay, the signs go. */
export function plainOf(markdown: string): string {
  return markdown
    .replace(/^#{1,6}\s+/gm, "")
    .replace(/^\s*>\s?/gm, "")
    .replace(/^(\s*)[-*]\s+/gm, "$1· ")
    .replace(/\*\*([^*\n]+)\*\*/g, "$1")
    .replace(/`([^`\n]+)`/g, "$1")
    .replace(/\[([^\]\n]*)\]\(([^)\s]+)\)/g, "$1 $2");
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** Markdown as HTML: headings, bold, code, links and lists; everything else is text. */
export function htmlOf(markdown: string): string {
  const inline = (line: string): string =>
    escapeHtml(line)
      .replace(/\*\*([^*]+)\*\*/g, "<b>$1</b>")
      .replace(/`([^`]+)`/g, "<code>$1</code>")
      .replace(/\[([^\]]*)\]\((https?:\/\/[^)\s]+)\)/g, '<a href="$2">$1</a>');
  return markdown
    .split("\n")
    .map((line) => {
      const heading = /^#{1,6}\s+(.*)$/.exec(line)?.[1];
      if (heading !== undefined) return `<p><b>${inline(heading)}</b></p>`;
      const item = /^\s*[-*]\s+(.*)$/.exec(line)?.[1];
      if (item !== undefined) return `<p style="margin:0 0 0 1em">• ${inline(item)}</p>`;
      return line.trim() === "" ? "" : `<p style="margin:0.3em 0">${inline(line)}</p>`;
    })
    .join("\n");
}

const twins: Readonly<Record<string, string>> = {
  "*": "＊",
  "`": "｀",
  "[": "［",
  "]": "］",
  "<": "＜",
  ">": "＞",
};

/**
 * A value that is put into an alarm's Markdown, such as a product's name: its signs are no markup. They
 * become their full-width twins, because not every platform knows how to escape one.
 */
export function literalOf(value: string): string {
  return value.replace(/\s+/gu, " ").replace(/[*`[\]<>]/g, (sign) => twins[sign] ?? sign);
}

/**
 * The text without what a platform would take for a call to a person: those stand in `mentions` alone, so
 * that a product called `<at id=all>` wakes nobody. The sign becomes its full-width twin.
 */
export function withoutCalls(markdown: string): string {
  return markdown.replace(/<(?=\s*\/?\s*(?:at\b|@))/gi, "＜");
}

const linkCharactersMax = 1_000;

/**
 * The alarm's link as it can stand in Markdown's brackets; undefined when there is none that a browser would
 * open.
 */
export function linkOf(alarm: Alarm): string | undefined {
  const url = alarm.link === undefined ? null : URL.parse(alarm.link);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  const href = url.href.replaceAll("(", "%28").replaceAll(")", "%29");
  return href.length > linkCharactersMax ? undefined : href;
}

export const linkWords = "去处理";

const minuteMs = 60_000;

/** `发生于 3 分钟前` when a message is late, because the robot was down or had to wait; else nothing. */
export function lateTail(alarm: Alarm, now: Instant): readonly string[] {
  const minutes = Math.floor((now - alarm.at) / minuteMs);
  return minutes < 1 ? [] : [`发生于 ${minutes} 分钟前`];
}

/** The first keyword of the robot's security setting, unless the texts hold one of them already. */
export function keywordTail(texts: readonly string[], keywords: readonly string[]): readonly string[] {
  const [first] = keywords;
  if (first === undefined) return [];
  const found = keywords.some((keyword) => texts.some((text) => text.includes(keyword)));
  return found ? [] : [first];
}

/** At most as many as a message may name, each once, blanks left out. */
export function namesOf(names: readonly string[] | undefined): readonly string[] {
  const trimmed = (names ?? []).map((name) => name.trim()).filter((name) => name !== "");
  return [...new Set(trimmed)].slice(0, sendLimits.mentionsMax);
}
