import { effectOf } from "../order.ts";
import { compareText } from "../text.ts";
import { causeCodes, differenceKinds, type CauseCode, type DifferenceKind } from "./cause.ts";
import { isSameProduct, type LineResult } from "./compare.ts";
import { amountHere, partsOf, stateThere } from "./line.ts";

export interface CauseSum {
  readonly kind: DifferenceKind;
  readonly cause: CauseCode;
  readonly lines: number;
  /** Units to be sent there, less those here. */
  readonly units: number;
  readonly amount: number;
  /** Of the lines: those about which somebody has to do something. */
  readonly open: number;
}

export interface Summary {
  readonly lines: number;
  readonly matched: number;
  readonly differing: number;
  /** Lines about which somebody has to do something. */
  readonly open: number;
  readonly there: SideSum;
  readonly here: SideSum;
  readonly causes: readonly CauseSum[];
  /** By SKU: how far the two sides are apart, and what explains it. */
  readonly skus: readonly SkuGap[];
}

export interface SideSum {
  readonly lines: number;
  /** Pieces still to be sent. */
  readonly live: number;
  readonly amount: number;
}

/** The units of one SKU that the channel says are still to be sent, less what the books say. */
export interface SkuGap {
  readonly sku: string;
  readonly live: number;
  readonly shipped: number;
  readonly causes: readonly { readonly cause: CauseCode; readonly live: number; readonly shipped: number }[];
}

interface Gap {
  live: number;
  shipped: number;
  readonly causes: Map<CauseCode, { live: number; shipped: number }>;
}

/** Adds results up as they come: what the page shows, and what the nightly close stands on. */
export class Tally {
  #lines = 0;
  #matched = 0;
  #open = 0;
  readonly #there = { lines: 0, live: 0, amount: 0 };
  readonly #here = { lines: 0, live: 0, amount: 0 };
  readonly #causes = new Map<string, { -readonly [Key in keyof CauseSum]: CauseSum[Key] }>();
  readonly #skus = new Map<string, Gap>();

  add(result: LineResult): void {
    this.#lines += 1;
    if (result.differences.length === 0) this.#matched += 1;
    if (result.differences.some(({ open }) => open)) this.#open += 1;
    this.#addSides(result);
    for (const { kind, cause, live, shipped, amount, open } of result.differences) {
      const sum = this.#cause(kind, cause);
      sum.lines += 1;
      sum.amount += amount;
      if (open) sum.open += 1;
      for (const { units } of live) sum.units += units;
      for (const { sku, units } of live) this.#explain(sku, cause, "live", units);
      for (const { sku, units } of shipped) this.#explain(sku, cause, "shipped", units);
    }
  }

  #addSides({ there, here }: LineResult): void {
    if (there !== null) {
      this.#there.lines += 1;
      this.#there.live += stateThere(there).live;
      this.#there.amount += there.amount ?? 0;
    }
    this.#addGaps({ there, here });
    const [line] = here;
    if (line === undefined) return;
    this.#here.lines += 1;
    this.#here.live += effectOf(line).live / line.per;
    this.#here.amount += amountHere(here);
  }

  /** How far apart the sides are, from their states alone: what the causes have to explain, unit by unit. */
  #addGaps({ there, here }: Pick<LineResult, "there" | "here">): void {
    if (there !== null) {
      const { live, shipped } = stateThere(there);
      for (const { sku, per } of partsOf(isSameProduct(there, here) ? here : [], there)) {
        this.#gap(sku).live += live * per;
        this.#gap(sku).shipped += shipped * per;
      }
    }
    for (const line of here) {
      const { live, shipped } = effectOf(line);
      this.#gap(line.sku).live -= live;
      this.#gap(line.sku).shipped -= shipped;
    }
  }

  #cause(kind: DifferenceKind, cause: CauseCode): { -readonly [Key in keyof CauseSum]: CauseSum[Key] } {
    const key = `${kind}/${cause}`;
    let sum = this.#causes.get(key);
    if (sum === undefined) {
      sum = { kind, cause, lines: 0, units: 0, amount: 0, open: 0 };
      this.#causes.set(key, sum);
    }
    return sum;
  }

  #gap(sku: string): Gap {
    let gap = this.#skus.get(sku);
    if (gap === undefined) {
      gap = { live: 0, shipped: 0, causes: new Map() };
      this.#skus.set(sku, gap);
    }
    return gap;
  }

  #explain(sku: string, cause: CauseCode, side: "live" | "shipped", units: number): void {
    const { causes } = this.#gap(sku);
    const part = causes.get(cause) ?? { live: 0, shipped: 0 };
    part[side] += units;
    causes.set(cause, part);
  }

  summary(): Summary {
    return {
      lines: this.#lines,
      matched: this.#matched,
      differing: this.#lines - this.#matched,
      open: this.#open,
      there: { ...this.#there },
      here: { ...this.#here },
      causes: [...this.#causes.values()].toSorted(
        (a, b) =>
          differenceKinds.indexOf(a.kind) - differenceKinds.indexOf(b.kind) ||
          causeCodes.indexOf(a.cause) - causeCodes.indexOf(b.cause),
      ),
      skus: [...this.#skus]
        .filter(([, { live, shipped, causes }]) => live !== 0 || shipped !== 0 || causes.size > 0)
        .map(([sku, { live, shipped, causes }]) => ({
          sku,
          live,
          shipped,
          causes: [...causes]
            .map(([cause, part]) => ({ cause, ...part }))
            .toSorted((a, b) => causeCodes.indexOf(a.cause) - causeCodes.indexOf(b.cause)),
        }))
        .toSorted((a, b) => compareText(a.sku, b.sku)),
    };
  }
}
