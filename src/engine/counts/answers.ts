import type { CountAnswer } from "../../domain/count/act.ts";
import type { BinClose } from "../../domain/count/entry.ts";
import type { CountFact, Sheet } from "../../domain/count/sheet.ts";
import type { Words } from "../../domain/live/words.ts";
import type { Refused } from "../refused.ts";
import { shortId } from "./posting.ts";

export interface ItemAnswer {
  readonly id: string;
  readonly result: "applied" | "duplicate" | "refused";
  readonly code?: string;
  readonly words?: Words;
}

export function factsOf(answer: CountAnswer): readonly CountFact[] | Refused {
  if (answer.ok) return answer.facts;
  const { code, words, line } = answer;
  return { ok: false, code, words, line: line === null ? null : shortId(line) };
}

export function refusedItem(id: string, code: string, words: Words): ItemAnswer {
  return { id, result: "refused", code, words };
}

export function knownClose(sheet: Sheet, close: BinClose): boolean {
  return (sheet.closes.get(close.bin) ?? []).some(
    ({ by, when }) => by === close.by && when.from === close.when.from && when.to === close.when.to,
  );
}
