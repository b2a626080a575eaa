import type { TraceRow, WaveItem, WaveOrder, WavePreview, WaveSheet } from "../../api/outbound.ts";
import { outboundApiLimits } from "../../api/outbound.ts";
import { timeOf } from "../../api/text.ts";
import type { Words } from "../../domain/live/words.ts";
import { orderKeyOf } from "../../domain/odd/detect.ts";
import { wantKey } from "../../domain/outbound/plan.ts";
import {
  leftOf,
  linesInWave,
  sumOf,
  waveStage,
  type LineInWave,
  type Picked,
  type TaskState,
  type Trace,
  type Wave,
} from "../../domain/outbound/wave.ts";
import type { Good } from "../../engine/counts/goods.ts";
import type { WavePlan } from "../../engine/outbound/want.ts";

/** Waves as the API shows them. */

type Goods = ReadonlyMap<string, Good>;

export function wavePreview(plan: WavePlan, goods: Goods, unscanned: boolean): WavePreview {
  const { orders, lines, tasks, short, left } = plan;
  const bins = new Map<string, { bin: string; units: number; skus: Set<string> }>();
  for (const { cell, units } of tasks) {
    const bin = bins.get(cell.bin) ?? { bin: cell.bin, units: 0, skus: new Set<string>() };
    bin.units += units;
    bin.skus.add(cell.sku);
    bins.set(cell.bin, bin);
  }
  const missing = new Map<string, number>();
  for (const { sku, units } of short) missing.set(sku, (missing.get(sku) ?? 0) + units);
  return {
    orders,
    lines,
    units: sumOf(tasks),
    tasks: tasks.length,
    bins: Array.from(bins.values(), ({ bin, units, skus }) => ({ bin, units, skus: skus.size })),
    short: Array.from(missing, ([sku, units]) => ({ sku, name: goods.get(sku)?.name ?? "", units })),
    held: left.held.map(({ channel, orderId, hold }) => ({ channel, orderId, ...hold })),
    waiting: left.waiting.map(({ channel, orderId }) => ({ channel, orderId })),
    picking: left.picking,
    unscanned,
  };
}

export function waveItem(wave: Wave, waiting: number): WaveItem {
  const lines = [...linesInWave(wave).values()];
  const total = (part: "open" | "staged" | "back" | "short"): number =>
    lines.reduce((sum, line) => sum + line[part], 0);
  const { tasks, shipments } = wave;
  return {
    wave: wave.wave,
    purpose: wave.purpose,
    warehouse: wave.warehouse,
    stagingBin: wave.stagingBin,
    stage: waveStage(wave),
    openedAt: timeOf(wave.openedAt),
    openedBy: wave.openedBy,
    orders: new Set(lines.map(({ want }) => orderKeyOf(want))).size,
    tasks: tasks.length,
    tasksOpen: tasks.filter((task) => isOpen(wave, task)).length,
    open: total("open"),
    picked: tasks.reduce((sum, { picked }) => sum + picked, 0),
    staged: total("staged"),
    back: total("back"),
    short: total("short"),
    sent: sumOf(shipments.flatMap(({ units }) => units)),
    parcels: shipments.filter(({ waybill }) => waybill !== "").length,
    waiting,
  };
}

function isOpen({ status }: Wave, task: TaskState): boolean {
  return status === "open" && leftOf(task) > 0;
}

export interface WaveSheetFacts {
  readonly goods: Goods;
  readonly waiting: number;
  /** Why an order may not be sent, by `orderKeyOf`. */
  readonly holds: ReadonlyMap<string, Words>;
  readonly serverAt: number;
}

export function waveSheet(wave: Wave, { goods, waiting, holds, serverAt }: WaveSheetFacts): WaveSheet {
  const orders = ordersOf(wave, holds);
  const skus = new Set([
    ...wave.tasks.map(({ cell }) => cell.sku),
    ...orders.flatMap(({ lines }) => lines.map(({ sku }) => sku)),
  ]);
  const cellOf = new Map(wave.tasks.map(({ task, cell }) => [task, cell]));
  return {
    item: waveItem(wave, waiting),
    tasks: wave.tasks.map((task) => taskItem(wave, task)),
    orders,
    back: backOf(wave),
    parcels: wave.shipments
      .toReversed()
      .map(({ shipment, channel, orderId, carrier, waybill, at, by, units }) => ({
        shipment,
        channel,
        orderId,
        carrier,
        waybill,
        at: timeOf(at),
        by,
        units: sumOf(units),
      })),
    counts: wave.counts.flatMap(({ task, sheet }) => {
      const cell = cellOf.get(task);
      if (cell === undefined || sheet === "") return [];
      const { bin, sku, lot, quality } = cell;
      return [{ cell: { bin, sku, lot, quality }, sheet }];
    }),
    goods: Object.fromEntries(
      Array.from(skus, (sku) => {
        const { code = sku, name = "" } = goods.get(sku) ?? {};
        return [sku, { code, name }];
      }),
    ),
    taken: [...wave.entryIds].slice(-outboundApiLimits.takenMax),
    serverAt: timeOf(serverAt),
  };
}

function taskItem(wave: Wave, task: TaskState): WaveSheet["tasks"][number] {
  const { cell, units, picked, missing, dropped, wants } = task;
  return {
    task: task.task,
    bin: cell.bin,
    sku: cell.sku,
    lot: cell.lot,
    units,
    picked,
    missing,
    dropped: sumOf(dropped),
    left: isOpen(wave, task) ? leftOf(task) : 0,
    orders: new Set(wants.map(orderKeyOf)).size,
  };
}

function ordersOf(wave: Wave, holds: ReadonlyMap<string, Words>): WaveOrder[] {
  const sent = new Map<string, number>();
  for (const { want, units } of wave.shipments.flatMap((one) => one.units))
    sent.set(wantKey(want), (sent.get(wantKey(want)) ?? 0) + units);
  const orders = new Map<string, WaveOrder>();
  for (const [key, line] of linesInWave(wave)) {
    const { channel, orderId } = line.want;
    const name = orderKeyOf(line.want);
    const hold = holds.get(name);
    const order = orders.get(name) ?? {
      channel,
      orderId,
      lines: [],
      hold: hold === undefined ? null : { ...hold },
    };
    order.lines.push(lineItem(line, sent.get(key) ?? 0));
    orders.set(name, order);
  }
  return [...orders.values()];
}

function lineItem({ want, open, staged, back, short }: LineInWave, sent: number): WaveOrder["lines"][number] {
  return { lineId: want.lineId, sku: want.sku, open, staged, back, short, sent };
}

/** Lot by lot: those that were picked last go back first. */
function backOf(wave: Wave): WaveSheet["back"] {
  const left = new Map<Picked, number>(wave.staged.map((one) => [one, one.units]));
  return wave.back.flatMap((back) => {
    const rows: WaveSheet["back"] = [];
    let open = back.units;
    for (const one of wave.staged.toReversed()) {
      if (wantKey(one.want) !== wantKey(back)) continue;
      const units = Math.min(open, left.get(one) ?? 0);
      if (units === 0) continue;
      left.set(one, (left.get(one) ?? 0) - units);
      open -= units;
      const { channel, orderId, lineId, sku, why } = back;
      rows.push({ channel, orderId, lineId, sku, lot: one.cell.lot, bin: one.cell.bin, units, why });
    }
    return rows;
  });
}

export function traceRow(row: Trace, goods: Goods): TraceRow {
  const { pickedAt, shippedAt, shipment: _, ...rest } = row;
  return {
    ...rest,
    name: goods.get(row.sku)?.name ?? "",
    pickedAt: timeOf(pickedAt),
    shippedAt: timeOf(shippedAt),
  };
}
