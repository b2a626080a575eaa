import type { Adjust } from "../../domain/command.ts";
import { adjustOf, approvedByAnchor, postingsOf, type Posting } from "../../domain/count/post.ts";
import type { ApprovedLine, Sheet } from "../../domain/count/sheet.ts";
import { isRefusal, type Outcome } from "../../domain/outcome.ts";
import type { Instant } from "../../domain/rows.ts";
import { pairKey } from "../../domain/text.ts";
import { hashOf } from "../../store/hash.ts";
import type { Floor } from "../../domain/floor/floor.ts";
import type { Answer, Batcher } from "../batcher.ts";
import type { FloorNow } from "./floor-book.ts";
import { postingKey, sheetIdParts } from "./sheet-id.ts";

/** How often one claim's posting is tried in a row, when an earlier try was refused and is remembered so: enough for a million. */
const triesMax = 20;

/** What became of the command of a key; null: nobody sent one. */
export type OutcomeOf = (key: string) => Promise<Outcome | null>;

/** What the books were told. `waiting`: refused for now, because the units are not there. */
export interface PostedSum {
  readonly posted: number;
  readonly gain: number;
  readonly loss: number;
  readonly waiting: number;
}

export const nothingPosted: PostedSum = { posted: 0, gain: 0, loss: 0, waiting: 0 };

/** A line's or a claim's name where a short one is needed. */
export function shortId(key: string): string {
  return hashOf(key).slice(0, 16);
}

/** A difference that the books were not told yet. */
export interface Due {
  readonly posting: Posting;
  readonly sheet: string;
  readonly line: ApprovedLine & { readonly by: string };
  /** Which posting for its claim it is, at the least. */
  readonly n: number;
}

/**
 * Tells the books what the sheets' counts correct and was not posted yet. Each posting has a key of its own, so
 * two nodes that do it at once post it once.
 * @param sheets those whose claims are on the floor
 */
export async function postDue(
  { floor, posted }: FloorNow,
  sheets: readonly Sheet[],
  priceOf: (sku: string) => number,
  books: { readonly batcher: Pick<Batcher, "submitAll">; readonly outcomeOf: OutcomeOf },
  at: Instant,
): Promise<PostedSum> {
  return submitDue(dueOf(floor, posted, sheets), priceOf, books, at);
}

/** What a floor says that the books must still be told. @param sheets those whose claims are on the floor */
export function dueOf(floor: Floor, posted: FloorNow["posted"], sheets: readonly Sheet[]): readonly Due[] {
  const claims = new Map<string, { readonly sheet: string; readonly line: Due["line"] }>();
  const units = new Map<string, number>();
  for (const { spec, ...sheet } of sheets) {
    for (const [anchor, line] of approvedByAnchor({ spec, ...sheet })) {
      claims.set(anchor, { sheet: spec.sheet, line });
      const before = posted.get(pairKey(spec.sheet, shortId(anchor)));
      if (before !== undefined) units.set(anchor, before.units);
    }
  }
  return postingsOf(floor, units).flatMap((posting): readonly Due[] => {
    const claim = claims.get(posting.anchor);
    if (claim === undefined) return [];
    const next = posted.get(pairKey(claim.sheet, shortId(posting.anchor)))?.next ?? 0;
    return [{ posting, ...claim, n: next }];
  });
}

async function submitDue(
  due: readonly Due[],
  priceOf: (sku: string) => number,
  { batcher, outcomeOf }: Parameters<typeof postDue>[3],
  at: Instant,
): Promise<PostedSum> {
  let [posted, gain, loss, waiting] = [0, 0, 0, 0];
  let open = due;
  for (let attempt = 1; open.length > 0 && attempt <= triesMax; attempt += 1) {
    // Numbers are doubled, so that however often one was refused a free one is near.
    const tried = open.map((one) => commandOf({ ...one, n: one.n + 2 ** (attempt - 1) - 1 }, priceOf, at));
    const answers = await batcher.submitAll(tried);
    const again: Due[] = [];
    for (const [index, one] of open.entries()) {
      const result = await resultOf(answers[index], tried[index]?.key ?? "", outcomeOf);
      if (result === "posted") {
        posted += 1;
        if (one.posting.delta > 0) gain += one.posting.delta;
        else loss -= one.posting.delta;
      } else if (result === "refused_before") again.push(one);
      else if (result === "refused") waiting += 1;
    }
    open = again;
  }
  return { posted, gain, loss, waiting: waiting + open.length };
}

/** The cell is named whole: of two lots in a bin the one that was counted is corrected. */
export function commandOf(
  { posting, sheet, line, n }: Due,
  priceOf: (sku: string) => number,
  at: Instant,
): Adjust {
  const { cell } = posting;
  const key = postingKey({ sheet, line: shortId(posting.anchor), n });
  const adjust = adjustOf(posting, sheet, line, priceOf(cell.sku), { key, actor: line.by, at });
  const unscanned = sheetIdParts(sheet)?.unscanned ?? false;
  return unscanned ? adjust : { ...adjust, bin: cell.bin, lot: cell.lot };
}

type Result = "posted" | "refused" | "refused_before" | "elsewhere";

/** `elsewhere`: another node was faster; the next look at the journal shows it. */
async function resultOf(answer: Answer | undefined, key: string, outcomeOf: OutcomeOf): Promise<Result> {
  if (answer === undefined || "error" in answer) return "refused";
  const { outcome } = answer;
  if (isRefusal(outcome)) {
    if (outcome.code !== "key_conflict") return "refused";
    // Another figure went under this number: either it was refused, or another node has posted it just now.
    const other = await outcomeOf(key);
    return other !== null && isRefusal(other) ? "refused_before" : "elsewhere";
  }
  if (outcome.code !== "duplicate") return "posted";
  const first: Outcome | null = outcome.first;
  return first !== null && isRefusal(first) ? "refused_before" : "elsewhere";
}
