import type { Words } from "../live/words.ts";
import { leftOf, linesInWave, type Shipment, type ShippedLine, type TaskState, type Wave } from "./wave.ts";
import { wantKey } from "./plan.ts";

/** What a scanned code turned out to be. */
export type Scanned =
  | { readonly kind: "sku"; readonly sku: string; readonly units: number }
  | { readonly kind: "lot"; readonly sku: string; readonly lot: string; readonly units: number }
  | { readonly kind: "bin"; readonly bin: string }
  | { readonly kind: "unknown"; readonly code: string };

/** In the order in which they are checked. */
export const scanRefusals = [
  "wave_over",
  "task_done",
  "code_unknown",
  "bin_wrong",
  "bin_not_due",
  "bin_first",
  "item_wrong",
  "lot_needed",
  "lot_wrong",
  "too_many",
] as const;
export type ScanRefusal = (typeof scanRefusals)[number];

export const scanWords: Readonly<Record<ScanRefusal, Words>> = {
  wave_over: { zh: "这张拣货单已取消", en: "This pick list was cancelled" },
  task_done: { zh: "这一行已经拣完", en: "This line is done" },
  code_unknown: { zh: "不认识这个条码，请再扫一次", en: "Unknown code: scan it again" },
  bin_wrong: { zh: "走错库位了", en: "This is another bin" },
  bin_not_due: { zh: "这是库位码，请扫商品", en: "That is a bin's code: scan the goods" },
  bin_first: { zh: "请先扫库位码", en: "Scan the bin first" },
  item_wrong: { zh: "拿错商品了，请放回去", en: "Wrong item: put it back" },
  lot_needed: { zh: "请扫批次码", en: "Scan the lot's label" },
  lot_wrong: { zh: "批次不对，请拿指定批次", en: "Wrong lot: take the one on the list" },
  too_many: { zh: "超过要拣的数量", en: "More than the list asks for" },
};

/** What the scan did, with the sound that goes with it: the eyes of a picker are on the shelf. */
export type ScanAnswer =
  | { readonly ok: true; readonly sound: "ok"; readonly atBin: boolean; readonly units: number }
  | { readonly ok: false; readonly sound: "error"; readonly code: ScanRefusal; readonly words: Words };

/**
 * Checks one scan against the task at hand. Nothing changes by a refused one.
 * @param atBin whether the task's bin was scanned already
 * @param queued it was done before anybody could know that the units are not wanted any more: it counts, and they go back
 */
export function scanPick(
  wave: Wave,
  task: TaskState,
  atBin: boolean,
  scanned: Scanned,
  queued = false,
): ScanAnswer {
  const refuse = (code: ScanRefusal): ScanAnswer => ({
    ok: false,
    sound: "error",
    code,
    words: scanWords[code],
  });
  if (wave.status !== "open" && !queued) return refuse("wave_over");
  const left = queued ? Math.max(0, task.units - task.picked - task.missing) : leftOf(task);
  if (left <= 0) return refuse("task_done");
  if (scanned.kind === "unknown") return refuse("code_unknown");
  if (scanned.kind === "bin") {
    if (scanned.bin !== task.cell.bin) return refuse("bin_wrong");
    return atBin ? refuse("bin_not_due") : { ok: true, sound: "ok", atBin: true, units: 0 };
  }
  if (!atBin) return refuse("bin_first");
  if (scanned.sku !== task.cell.sku) return refuse("item_wrong");
  if (task.cell.lot !== "") {
    if (scanned.kind === "sku") return refuse("lot_needed");
    if (scanned.lot !== task.cell.lot) return refuse("lot_wrong");
  }
  if (!Number.isSafeInteger(scanned.units) || scanned.units < 1 || scanned.units > left)
    return refuse("too_many");
  return { ok: true, sound: "ok", atBin: true, units: scanned.units };
}

export const shipRefusals = ["nothing_to_ship", "waybill_missing", "waybill_used", "not_picked"] as const;
export type ShipRefusal = (typeof shipRefusals)[number];

export const shipWords: Readonly<Record<ShipRefusal, Words>> = {
  nothing_to_ship: { zh: "包裹里没有商品", en: "The parcel is empty" },
  waybill_missing: { zh: "请扫运单号", en: "Scan the waybill" },
  waybill_used: { zh: "这个运单号已经用过", en: "This waybill was used already" },
  not_picked: {
    zh: "还没有拣够，先拣货或只发一部分",
    en: "Not all of it is picked: pick it, or send a part",
  },
};

/** What a person says of a parcel. */
export interface Parcel extends Pick<Shipment, "channel" | "orderId" | "waybill"> {
  readonly lines: readonly ShippedLine[];
}

/** Why a parcel cannot leave, or null. A part of an order may: the rest goes with another waybill. */
export function shipProblem(
  wave: Wave,
  parcel: Parcel,
  waybillsUsed: ReadonlySet<string>,
): ShipRefusal | null {
  const { channel, orderId, lines } = parcel;
  const valid = lines.every(({ units }) => Number.isSafeInteger(units) && units > 0);
  if (lines.length === 0 || !valid) return "nothing_to_ship";
  if (parcel.waybill.trim() === "") return "waybill_missing";
  if (waybillsUsed.has(parcel.waybill)) return "waybill_used";
  const known = linesInWave(wave);
  const wanted = new Map<string, number>();
  for (const line of lines) {
    const key = wantKey({ channel, orderId, ...line });
    wanted.set(key, (wanted.get(key) ?? 0) + line.units);
  }
  return [...wanted].some(([key, units]) => units > (known.get(key)?.staged ?? 0)) ? "not_picked" : null;
}

/** What is picked of an order and may be sent now. */
export function readyLines(wave: Wave, channel: string, orderId: string): readonly ShippedLine[] {
  return [...linesInWave(wave).values()]
    .filter(({ want, staged }) => want.channel === channel && want.orderId === orderId && staged > 0)
    .map(({ want, staged }) => ({ lineId: want.lineId, sku: want.sku, units: staged }));
}

/** The tasks that are still open, in the order of the route. */
export function openTasks(wave: Wave): readonly TaskState[] {
  return wave.status === "open" ? wave.tasks.filter((task) => leftOf(task) > 0) : [];
}

/** The tasks where a picker found fewer than the list said, and whose shelf nobody was asked to count yet. */
export function tasksToCount(wave: Wave): readonly TaskState[] {
  const asked = new Set(wave.counts.map(({ task }) => task));
  return wave.tasks.filter(({ task, missing }) => missing > 0 && !asked.has(task));
}
