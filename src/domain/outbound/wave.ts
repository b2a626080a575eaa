import type { FloorMovement } from "../floor/movement.ts";
import type { Cell, Shelf } from "../floor/shelf.ts";
import type { Instant } from "../rows.ts";
import type { PickTask, Want } from "./plan.ts";

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
  readonly waybill: string;
  readonly lines: readonly ShippedLine[];
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
  readonly tasks: readonly TaskState[];
  /** Picked and not sent, in the order of picking. */
  readonly staged: readonly Picked[];
  readonly shipments: readonly Shipment[];
  readonly status: "open" | "cancelled";
}

export interface TaskState extends PickTask {
  readonly picked: number;
  /** Units that were not on the shelf. */
  readonly missing: number;
}

interface WaveBodies {
  readonly opened: {
    readonly warehouse: string;
    readonly stagingBin: string;
    readonly tasks: readonly PickTask[];
  };
  readonly picked: { readonly task: string; readonly units: number };
  /** The shelf had fewer: these units are planned anew, and the shelf is counted. */
  readonly missing: { readonly task: string; readonly units: number };
  /** Goods of an order that is not sent any more went back to a shelf. */
  readonly returned: {
    readonly channel: string;
    readonly orderId: string;
    readonly lineId: string;
    readonly sku: string;
    readonly units: number;
    readonly to: Shelf;
  };
  readonly shipped: Omit<Shipment, "by" | "at" | "units">;
  readonly cancelled: { readonly reason: string };
}
interface WaveEventOf<Kind extends keyof WaveBodies> {
  readonly seq: number;
  readonly wave: string;
  readonly at: Instant;
  readonly actor: string;
  readonly kind: Kind;
  readonly body: WaveBodies[Kind];
}
export type WaveEvent = { [Kind in keyof WaveBodies]: WaveEventOf<Kind> }[keyof WaveBodies];

/** The wave after one more event; null before it was opened. What it does not know changes nothing. */
export function foldWave(state: Wave | null, event: WaveEvent): Wave | null {
  if (state === null) {
    if (event.kind !== "opened") return null;
    const { warehouse, stagingBin, tasks } = event.body;
    return {
      wave: event.wave,
      seq: event.seq,
      warehouse,
      stagingBin,
      tasks: tasks.map((task) => ({ ...task, picked: 0, missing: 0 })),
      staged: [],
      shipments: [],
      status: "open",
    };
  }
  if (event.wave !== state.wave || event.seq <= state.seq) return state;
  const next = { ...state, seq: event.seq };
  switch (event.kind) {
    case "picked":
      return foldPicked(next, event);
    case "missing": {
      const { task, units } = event.body;
      const miss = (one: TaskState): TaskState =>
        one.task === task ? { ...one, missing: one.missing + units } : one;
      return { ...next, tasks: next.tasks.map(miss) };
    }
    case "returned": {
      const { taken: _taken, left } = takeStaged(next.staged, event.body, [event.body]);
      return { ...next, staged: left };
    }
    case "shipped": {
      const { taken, left } = takeStaged(next.staged, event.body, event.body.lines);
      const shipment = { ...event.body, by: event.actor, at: event.at, units: taken };
      return { ...next, staged: left, shipments: [...next.shipments, shipment] };
    }
    case "cancelled":
      return { ...next, status: "cancelled" };
    case "opened":
    default:
      return next;
  }
}

/** Picked units belong to the order lines of the task in their order. */
function foldPicked(state: Wave, { seq, at, actor, body }: WaveEventOf<"picked">): Wave {
  const task = state.tasks.find((one) => one.task === body.task);
  if (task === undefined) return state;
  const staged: Picked[] = [];
  let skip = task.picked;
  let open = body.units;
  for (const want of task.wants) {
    const free = Math.max(0, want.units - skip);
    skip = Math.max(0, skip - want.units);
    const units = Math.min(open, free);
    if (units === 0) continue;
    open -= units;
    staged.push({ wave: state.wave, seq, want, cell: task.cell, units, by: actor, at });
  }
  const more = (one: TaskState): TaskState =>
    one === task ? { ...one, picked: one.picked + body.units - open } : one;
  return { ...state, tasks: state.tasks.map(more), staged: [...state.staged, ...staged] };
}

/** Takes units of an order from what is staged, those picked first first. */
export function takeStaged(
  staged: readonly Picked[],
  { channel, orderId }: { readonly channel: string; readonly orderId: string },
  lines: readonly ShippedLine[],
): { readonly taken: readonly Picked[]; readonly left: readonly Picked[] } {
  const wanted = lines.map((line) => ({ ...line }));
  const taken: Picked[] = [];
  const left: Picked[] = [];
  for (const one of staged) {
    const { want } = one;
    const line = wanted.find(
      ({ lineId, sku, units }) =>
        units > 0 &&
        want.channel === channel &&
        want.orderId === orderId &&
        want.lineId === lineId &&
        want.sku === sku,
    );
    const units = Math.min(line?.units ?? 0, one.units);
    if (line !== undefined) line.units -= units;
    if (units > 0) taken.push({ ...one, units });
    if (units < one.units) left.push({ ...one, units: one.units - units });
  }
  return { taken, left };
}

type Recorded = Pick<FloorMovement, "at" | "atUncertaintyMs" | "recordedAt" | "device" | "deviceSeq">;

/** What a confirmed pick moves on the floor: from the shelf to the staging bin. */
export function pickMovement(
  wave: Wave,
  { seq, actor, body }: Pick<WaveEventOf<"picked">, "seq" | "actor" | "body">,
  recorded: Recorded,
): FloorMovement | null {
  const task = wave.tasks.find((one) => one.task === body.task);
  if (task === undefined) return null;
  const { sku, ...from } = task.cell;
  return {
    id: `wave:${wave.wave}:${seq}`,
    sku,
    quantity: body.units,
    from,
    to: { ...from, bin: wave.stagingBin },
    reason: "pick",
    actor,
    doc: wave.wave,
    ...recorded,
  };
}

/** What goes back from the staging bin to a shelf, lot by lot. `wave` is as it stood before. */
export function returnMovements(
  wave: Wave,
  { seq, actor, body }: Pick<WaveEventOf<"returned">, "seq" | "actor" | "body">,
  recorded: Recorded,
): readonly FloorMovement[] {
  return takeStaged(wave.staged, body, [body]).taken.map(
    ({ cell: { sku, lot, ...shelf }, units }, index) => ({
      id: `wave:${wave.wave}:${seq}:${index}`,
      sku,
      quantity: units,
      from: { ...shelf, lot, bin: wave.stagingBin },
      // The shelf is the person's choice, the lot is the goods' own.
      to: { ...body.to, lot },
      reason: "unpick",
      actor,
      doc: wave.wave,
      ...recorded,
    }),
  );
}

/** What a parcel moves on the floor: each lot from the staging bin to the customer. */
export function shipMovements(wave: Wave, shipment: Shipment, recorded: Recorded): readonly FloorMovement[] {
  return shipment.units.map(({ cell: { sku, ...shelf }, units }, index) => ({
    id: `shipment:${shipment.shipment}:${index}`,
    sku,
    quantity: units,
    from: { ...shelf, bin: wave.stagingBin },
    to: null,
    reason: "ship",
    actor: shipment.by,
    doc: shipment.shipment,
    ...recorded,
  }));
}

/** Where each unit of an order went: lot, bin, who picked it and when, who sent it in which parcel and when. */
export interface Trace {
  readonly lineId: string;
  readonly sku: string;
  readonly lot: string;
  readonly bin: string;
  readonly units: number;
  readonly pickedBy: string;
  readonly pickedAt: Instant;
  readonly shipment: string;
  readonly waybill: string;
  readonly shippedBy: string;
  readonly shippedAt: Instant;
}

export function traceOrder(waves: readonly Wave[], channel: string, orderId: string): readonly Trace[] {
  return waves
    .flatMap((wave) => wave.shipments)
    .filter((shipment) => shipment.channel === channel && shipment.orderId === orderId)
    .flatMap(({ shipment, waybill, by: shippedBy, at: shippedAt, units }) =>
      units.map(({ want, cell, units: count, by, at }) => ({
        lineId: want.lineId,
        sku: cell.sku,
        lot: cell.lot,
        bin: cell.bin,
        units: count,
        pickedBy: by,
        pickedAt: at,
        shipment,
        waybill,
        shippedBy,
        shippedAt,
      })),
    );
}
