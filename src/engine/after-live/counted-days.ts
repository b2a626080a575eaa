import { accuracyBy } from "../../domain/count/accuracy.ts";
import type { CountFact, Sheet } from "../../domain/count/sheet.ts";
import { hourMs } from "../../domain/live/time.ts";
import type { Instant } from "../../domain/rows.ts";
import type { ShopId, Store } from "../../store/store.ts";
import { foldEvents } from "../counts/fold.ts";
import { countedBins } from "../counts/plan.ts";
import { sheetIdParts } from "../counts/sheet-id.ts";
import { Papers } from "../papers.ts";
import { dayCountLimits } from "./day-counts.ts";

const dayMs = 24 * hourMs;

export interface BinsOfDay {
  readonly bins: number;
  /** Those in which every line was right. */
  readonly binsRight: number;
}

/** What the finished count sheets say of bins, a day each: the same figures that the page of counts shows. */
export class CountedDays {
  readonly #papers: Papers<Sheet, CountFact>;

  constructor({ store, shop }: { readonly store: Pick<Store, "workEvents">; readonly shop: ShopId }) {
    this.#papers = new Papers({ store, shop, kind: "count", fold: foldEvents });
  }

  /** By date, of sheets that were finished from then on. */
  async since(from: Instant, dateOf: (at: Instant) => string): Promise<ReadonlyMap<string, BinsOfDay>> {
    const sheets: Sheet[] = [];
    for (const [id, seq] of await this.#papers.heads()) {
      if ((sheetIdParts(id)?.openedAt ?? 0) < from - dayCountLimits.openDaysMax * dayMs) continue;
      const sheet = await this.#papers.at(id, seq);
      if (sheet !== null && sheet.closedAt !== null && sheet.closedAt >= from) sheets.push(sheet);
    }
    const bins = countedBins(sheets, dateOf, () => "");
    return new Map(
      accuracyBy(bins, "day").map(({ part, bins: all, accurate }) => [
        new Date(Number(part) * dayMs).toISOString().slice(0, 10),
        { bins: all, binsRight: accurate },
      ]),
    );
  }
}
