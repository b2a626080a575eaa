import { shelfWords, type Shelf } from "../../domain/floor/shelf.ts";
import type { Words } from "../../domain/live/words.ts";
import { foldWave } from "../../domain/outbound/fold.ts";
import { wantKey } from "../../domain/outbound/plan.ts";
import { scanPick, scanWords, type ScanRefusal, type Scanned } from "../../domain/outbound/scan.ts";
import {
  leftOf,
  linesInWave,
  type TaskState,
  type Wave,
  type WaveEvent,
  type WaveFact,
} from "../../domain/outbound/wave.ts";
import { isStaging } from "../../domain/place.ts";
import { skuKey } from "../../domain/text.ts";
import { refusedItem, type ItemAnswer } from "../counts/answers.ts";
import { whenOf, type Device, type Said } from "../counts/times.ts";
import type { Who } from "../papers.ts";
import type { FloorFacts } from "./want.ts";

interface EntryBase extends Said {
  readonly id: string;
  /** It waited on a phone: what nobody could know by then keeps it from nothing. */
  readonly queued: boolean;
}

/** What somebody did at a shelf, as it was scanned. */
export type OutboundEntry =
  | (EntryBase & {
      readonly kind: "pick";
      readonly task: string;
      readonly bin: string;
      readonly sku: string;
      /** Null: no lot's label was scanned. */
      readonly lot: string | null;
      readonly units: number;
      readonly mode: "scan" | "hand";
    })
  | (EntryBase & { readonly kind: "missing"; readonly task: string; readonly units: number })
  | (EntryBase & {
      readonly kind: "put_back";
      readonly channel: string;
      readonly orderId: string;
      readonly lineId: string;
      readonly sku: string;
      readonly lot: string | null;
      readonly units: number;
      readonly bin: string;
    });

const words = {
  task_unknown: { zh: "这张拣货单没有这一行", en: "The pick list has no such line" },
  not_to_put_back: { zh: "这件不用放回，或已经放回了", en: "It is not to be put back, or is back already" },
  bin_is_staging: {
    zh: "这是待发区，请放回货架库位",
    en: "That is the staging area: put it back to a shelf",
  },
} as const satisfies Readonly<Record<string, Words>>;

/** What a zone does not take back, by the entry's id. What waited on a phone stands there already and is taken. */
export async function zoneRefusals(
  wave: Wave | null,
  entries: readonly OutboundEntry[],
  floor: Pick<FloorFacts, "problem">,
): Promise<ReadonlyMap<string, ItemAnswer>> {
  const refused = new Map<string, ItemAnswer>();
  for (const entry of entries) {
    if (wave === null || entry.kind !== "put_back" || entry.queued || wave.entryIds.has(entry.id)) continue;
    const { id, bin, units, lot } = entry;
    const { warehouse } = wave;
    const sku = skuKey(entry.sku);
    const put = { path: "bin", warehouse, bin, sku, lot: lot ?? "", quality: "good", units } as const;
    const found = await floor.problem([put]);
    if (found !== null) refused.set(id, refusedItem(id, "zone_refuses", shelfWords[found.why]));
  }
  return refused;
}

/** Takes entries one after the other, each on top of those before it. */
export class WaveTaking {
  readonly facts: WaveFact[] = [];
  readonly #device: Device;
  readonly #who: Who;
  #wave: Wave;

  constructor(wave: Wave, device: Device, who: Who) {
    this.#wave = wave;
    this.#device = device;
    this.#who = who;
  }

  take(entry: OutboundEntry): ItemAnswer {
    const { id } = entry;
    if (this.#wave.entryIds.has(id)) return { id, result: "duplicate" };
    if (entry.kind === "put_back") return this.#putBack(entry);
    const task = this.#wave.tasks.find((one) => one.task === entry.task);
    if (task === undefined) return refusedItem(id, "task_unknown", words.task_unknown);
    return entry.kind === "pick" ? this.#pick(entry, task) : this.#missing(entry, task);
  }

  #pick(entry: Extract<OutboundEntry, { kind: "pick" }>, task: TaskState): ItemAnswer {
    const { id, bin, lot, units, mode, queued } = entry;
    const sku = skuKey(entry.sku);
    const refuse = (code: ScanRefusal): ItemAnswer => refusedItem(id, code, scanWords[code]);
    // What is not put away has no label to scan.
    if (bin !== task.cell.bin) {
      const place = scanPick(this.#wave, task, false, { kind: "bin", bin }, queued);
      return refuse(place.ok ? "bin_wrong" : place.code);
    }
    const scanned: Scanned = lot === null ? { kind: "sku", sku, units } : { kind: "lot", sku, lot, units };
    const answer = scanPick(this.#wave, task, true, scanned, queued);
    if (!answer.ok) return refuse(answer.code);
    return this.#apply(id, { kind: "picked", body: { task: task.task, units, mode, ...this.#done(entry) } });
  }

  #missing(entry: Extract<OutboundEntry, { kind: "missing" }>, task: TaskState): ItemAnswer {
    const { id, units } = entry;
    const left = leftOf(task);
    if (left === 0) return refusedItem(id, "task_done", scanWords.task_done);
    if (!Number.isSafeInteger(units) || units < 1 || units > left)
      return refusedItem(id, "too_many", scanWords.too_many);
    return this.#apply(id, { kind: "missing", body: { task: task.task, units, ...this.#done(entry) } });
  }

  #putBack(entry: Extract<OutboundEntry, { kind: "put_back" }>): ItemAnswer {
    const { id, channel, orderId, lineId, lot, units, bin } = entry;
    const sku = skuKey(entry.sku);
    if (isStaging(bin)) return refusedItem(id, "bin_is_staging", words.bin_is_staging);
    const line = linesInWave(this.#wave).get(wantKey({ channel, orderId, lineId, sku }));
    const back = line?.back ?? 0;
    if (back === 0) return refusedItem(id, "not_to_put_back", words.not_to_put_back);
    if (!Number.isSafeInteger(units) || units < 1 || units > back)
      return refusedItem(id, "too_many", scanWords.too_many);
    const own = this.#wave.staged.filter(
      ({ want }) => wantKey(want) === wantKey({ channel, orderId, lineId, sku }),
    );
    const lots = new Set(own.map(({ cell }) => cell.lot));
    if (lot === null && lots.size > 1) return refusedItem(id, "lot_needed", scanWords.lot_needed);
    if (lot !== null && !lots.has(lot)) return refusedItem(id, "lot_wrong", scanWords.lot_wrong);
    const to: Shelf = { warehouse: this.#wave.warehouse, bin, lot: lot ?? "", quality: "good" };
    const body = { channel, orderId, lineId, sku, units, to, ...this.#done(entry) };
    return this.#apply(id, { kind: "returned", body });
  }

  #done(entry: EntryBase): { id: string; at: number; slackMs: number; device?: string; deviceSeq?: number } {
    const { from, to, device, last } = whenOf(entry, this.#device, this.#wave.openedAt, this.#who.at);
    const slackMs = Math.ceil((to - from) / 2);
    const phone = device === null ? {} : { device, deviceSeq: last };
    return { id: entry.id, at: Math.min(from + slackMs, this.#who.at), slackMs, ...phone };
  }

  #apply(id: string, fact: WaveFact): ItemAnswer {
    const { actor, at } = this.#who;
    const { wave, seq } = this.#wave;
    const event = { ...fact, wave, seq: seq + 1, at, actor } as WaveEvent;
    this.#wave = foldWave(this.#wave, event) ?? this.#wave;
    this.facts.push(fact);
    return { id, result: "applied" };
  }
}
