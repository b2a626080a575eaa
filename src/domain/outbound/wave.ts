import type { Clocked } from "../floor/done-key.ts";
import type { Cell, Shelf } from "../floor/shelf.ts";
import type { Instant } from "../rows.ts";
import { wantKey, type PickTask, type Want } from "./plan.ts";

/** Units that somebody took from a shelf for one line of an order. */
export interface Picked {
  readonly wave: string;
  readonly seq: number;
  readonly want: Want;
  readonly cell: Cell;
  readonly units: number;
  readonly by: string;
  readonly at: Instant;
}

export interface ShippedLine {
  readonly lineId: string;
  readonly sku: string;
  readonly units: number;
}

/** One parcel. An order can have several. */
export interface Shipment {
  readonly shipment: string;
  readonly channel: string;
  readonly orderId: string;
  readonly carrier: string;
  /** Empty: the platform said that it was sent, and no parcel of ours names it. */
  readonly waybill: string;
  readonly lines: readonly (ShippedLine & {
    /** Units of the line that are sent with this parcel and all before it. */
    readonly total: number;
  })[];
  readonly by: string;
  readonly at: Instant;
  /** Which picked units are in it: every unit has its lot, bin, person and time. */
  readonly units: readonly Picked[];
}

/** A pick list, for one order or many, as it stands. */
export interface Wave {
  readonly wave: string;
  readonly seq: number;
  readonly warehouse: string;
  /** Where what was picked stands until it is sent. */
  readonly stagingBin: string;
  readonly purpose: string;
  /** How long goods must still keep when they are sent, in milliseconds. */
  readonly lifeMsMin: number;
  readonly openedAt: Instant;
  readonly openedBy: string;
  readonly tasks: readonly TaskState[];
  /** Picked and not sent, in the order of picking. */
  readonly staged: readonly Picked[];
  readonly shipments: readonly Shipment[];
  /** Of what is staged, the units that are not to be sent any more: they go back to a shelf. */
  readonly back: readonly Withdrawn[];
  /** Units that were not on their shelf and are not planned anew yet. */
  readonly lost: readonly Want[];
  /** What no shelf has. */
  readonly short: readonly Want[];
  /** What was carried, in its order: from a shelf to the staging bin, and back. */
  readonly moves: readonly WaveMove[];
  /** Shelves whose count was asked for, with the sheet. */
  readonly counts: readonly AskedCount[];
  readonly entryIds: ReadonlySet<string>;
  readonly status: "open" | "cancelled";
}

export interface TaskState extends PickTask {
  readonly picked: number;
  /** Units that were not on the shelf. */
  readonly missing: number;
  /** Wants, or parts of them, that are not picked any more. */
  readonly dropped: readonly Withdrawn[];
}

export type WithdrawnWhy = "cancelled" | "shipped" | "held";
export interface Withdrawn extends Want {
  readonly why: WithdrawnWhy;
}

/** One carrying of units inside the warehouse. */
export interface WaveMove extends Clocked {
  readonly sku: string;
  readonly units: number;
  readonly from: Shelf;
  readonly to: Shelf;
  readonly by: string;
  readonly at: Instant;
}

export interface AskedCount {
  readonly task: string;
  readonly sheet: string;
}

/** When something was done, where it is not the moment at which it was heard of; and its id. */
interface Done extends Partial<Clocked> {
  readonly id?: string;
  readonly at?: Instant;
}

export interface WaveBodies {
  readonly opened: {
    readonly warehouse: string;
    readonly stagingBin: string;
    readonly purpose?: string;
    readonly lifeMsMin?: number;
    readonly tasks: readonly PickTask[];
    readonly short?: readonly Want[];
  };
  /** `mode`: how it was confirmed. */
  readonly picked: Done & {
    readonly task: string;
    readonly units: number;
    readonly mode?: "scan" | "hand";
  };
  /** The shelf had fewer: these units are planned anew, and the shelf is counted. */
  readonly missing: Done & { readonly task: string; readonly units: number };
  readonly replanned: { readonly tasks: readonly PickTask[]; readonly short: readonly Want[] };
  readonly counted: AskedCount;
  /** So many units of a line are not wanted any more: those that nobody has picked first. */
  readonly withdrawn: Omit<Withdrawn, "sent">;
  /** Goods of an order that is not sent any more went back to a shelf. */
  readonly returned: Done & {
    readonly channel: string;
    readonly orderId: string;
    readonly lineId: string;
    readonly sku: string;
    readonly units: number;
    readonly to: Shelf;
  };
  readonly shipped: Omit<Shipment, "by" | "at" | "units"> & Pick<Done, "at">;
  readonly cancelled: { readonly reason: string };
}
export interface WaveEventOf<Kind extends keyof WaveBodies> {
  readonly seq: number;
  readonly wave: string;
  readonly at: Instant;
  readonly actor: string;
  readonly kind: Kind;
  readonly body: WaveBodies[Kind];
}
export type WaveEvent = { [Kind in keyof WaveBodies]: WaveEventOf<Kind> }[keyof WaveBodies];
/** What is to be written, before it has its number. */
export type WaveFact = {
  [Kind in keyof WaveBodies]: { readonly kind: Kind; readonly body: WaveBodies[Kind] };
}[keyof WaveBodies];

/** Units of a task that somebody still has to take. */
export function leftOf({ units, picked, missing, dropped }: TaskState): number {
  return Math.max(0, units - picked - missing - sumOf(dropped));
}

export function sumOf(all: readonly { readonly units: number }[]): number {
  return all.reduce((sum, { units }) => sum + units, 0);
}

/** Takes units of an order from what is staged, those picked first first. */
export function takeStaged(
  staged: readonly Picked[],
  { channel, orderId }: { readonly channel: string; readonly orderId: string },
  lines: readonly (ShippedLine & { readonly lot?: string })[],
): { readonly taken: readonly Picked[]; readonly left: readonly Picked[] } {
  const wanted = lines.map((line) => ({ ...line }));
  const taken: Picked[] = [];
  const left: Picked[] = [];
  for (const one of staged) {
    const { want } = one;
    const line = wanted.find(
      ({ lineId, sku, units, lot }) =>
        units > 0 &&
        want.channel === channel &&
        want.orderId === orderId &&
        want.lineId === lineId &&
        want.sku === sku &&
        (lot === undefined || lot === one.cell.lot),
    );
    const units = Math.min(line?.units ?? 0, one.units);
    if (line !== undefined) line.units -= units;
    if (units > 0) taken.push({ ...one, units });
    if (units < one.units) left.push({ ...one, units: one.units - units });
  }
  return { taken, left };
}

/** Of a task, the wants that are not picked yet, in the order in which they are served. */
export function unfilled({ wants, picked }: Pick<TaskState, "wants" | "picked">): readonly Want[] {
  let skip = picked;
  return wants.flatMap((want) => {
    const units = Math.max(0, want.units - skip);
    skip = Math.max(0, skip - want.units);
    return units === 0 ? [] : [{ ...want, units }];
  });
}

/** What a wave has of each line of an order, by `wantKey`. */
export interface LineInWave {
  readonly want: Want;
  /** Units that are still to be picked. */
  open: number;
  /** Picked and to be sent. */
  staged: number;
  /** Picked and to be put back. */
  back: number;
  short: number;
}

export function linesInWave(wave: Wave): ReadonlyMap<string, LineInWave> {
  const lines = new Map<string, LineInWave>();
  const at = (want: Want): LineInWave => {
    const key = wantKey(want);
    const known = lines.get(key) ?? { want, open: 0, staged: 0, back: 0, short: 0 };
    lines.set(key, known);
    return known;
  };
  for (const task of wave.tasks) {
    for (const want of [...task.wants, ...task.dropped]) at(want);
    if (wave.status === "open") for (const want of unfilled(task)) at(want).open += want.units;
  }
  for (const want of wave.lost) at(want).open += want.units;
  for (const { want, units } of wave.staged) at(want).staged += units;
  for (const want of wave.back) {
    const line = at(want);
    line.back += want.units;
    line.staged -= want.units;
  }
  for (const want of wave.short) at(want).short += want.units;
  return lines;
}

export const waveStages = ["picking", "shipping", "back", "done", "cancelled"] as const;
export type WaveStage = (typeof waveStages)[number];

/** What a wave waits for. */
export function waveStage(wave: Wave): WaveStage {
  const { status, tasks, lost, staged, back } = wave;
  if (status === "open" && (lost.length > 0 || tasks.some((task) => leftOf(task) > 0))) return "picking";
  if (sumOf(staged) > sumOf(back)) return "shipping";
  if (staged.length > 0) return "back";
  return status === "cancelled" ? "cancelled" : "done";
}

/** Where each unit of an order went: lot, bin, who picked it and when, who sent it in which parcel and when. */
export interface Trace {
  readonly wave: string;
  readonly channel: string;
  readonly orderId: string;
  readonly lineId: string;
  readonly sku: string;
  readonly lot: string;
  readonly bin: string;
  readonly units: number;
  readonly pickedBy: string;
  readonly pickedAt: Instant;
  readonly shipment: string;
  readonly carrier: string;
  readonly waybill: string;
  readonly shippedBy: string;
  readonly shippedAt: Instant;
}

/** What of a wave was sent, the latest parcel first. */
export function traceWave({ wave, shipments }: Wave): readonly Trace[] {
  return shipments.toReversed().flatMap((one) =>
    one.units.map(({ want, cell, units, by, at }) => ({
      wave,
      channel: one.channel,
      orderId: one.orderId,
      lineId: want.lineId,
      sku: cell.sku,
      lot: cell.lot,
      bin: cell.bin,
      units,
      pickedBy: by,
      pickedAt: at,
      shipment: one.shipment,
      carrier: one.carrier,
      waybill: one.waybill,
      shippedBy: one.by,
      shippedAt: one.at,
    })),
  );
}

export function traceOrder(waves: readonly Wave[], channel: string, orderId: string): readonly Trace[] {
  return waves.flatMap(traceWave).filter((one) => one.channel === channel && one.orderId === orderId);
}
