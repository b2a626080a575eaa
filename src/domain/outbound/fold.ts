import type { Clocked } from "../floor/done-key.ts";
import { wantKey, type Want } from "./plan.ts";
import {
  leftOf,
  sumOf,
  takeStaged,
  unfilled,
  type AskedCount,
  type Picked,
  type Shipment,
  type TaskState,
  type Wave,
  type WaveBodies,
  type WaveEvent,
  type WaveEventOf,
  type WaveMove,
  type Withdrawn,
} from "./wave.ts";

/** The wave after more of its events; null before it was opened. What it does not know changes nothing. */
export function foldWaveAll(events: readonly WaveEvent[], state: Wave | null): Wave | null {
  let wave = state;
  let rest = events;
  if (wave === null) {
    const at = events.findIndex(({ kind }) => kind === "opened");
    const first = events[at];
    if (first?.kind !== "opened") return null;
    wave = openedWave(first);
    rest = events.slice(at + 1);
  }
  const { wave: id } = wave;
  let { seq } = wave;
  const fresh = rest.filter((event) => {
    const isNext = event.wave === id && event.seq > seq;
    if (isNext) seq = event.seq;
    return isNext;
  });
  if (fresh.length === 0) return wave;
  const draft = new WaveDraft(wave);
  for (const event of fresh) draft.take(event);
  return draft.done();
}

export function foldWave(state: Wave | null, event: WaveEvent): Wave | null {
  return foldWaveAll([event], state);
}

function openedWave({ wave, seq, at, actor, body }: WaveEventOf<"opened">): Wave {
  const { warehouse, stagingBin, tasks, purpose = "", lifeMsMin = 0, short = [] } = body;
  return {
    wave,
    seq,
    warehouse,
    stagingBin,
    purpose,
    lifeMsMin,
    openedAt: at,
    openedBy: actor,
    tasks: tasks.map((task) => ({ ...task, picked: 0, missing: 0, dropped: [] })),
    staged: [],
    shipments: [],
    back: [],
    lost: [],
    short,
    moves: [],
    counts: [],
    entryIds: new Set(),
    status: "open",
  };
}

/** A wave while its events are folded: copied once, however many they are. */
class WaveDraft {
  readonly #wave: Wave;
  readonly #tasks: TaskState[];
  #staged: readonly Picked[];
  readonly #shipments: Shipment[];
  #back: readonly Withdrawn[];
  #lost: readonly Want[];
  #short: readonly Want[];
  readonly #moves: WaveMove[];
  readonly #counts: AskedCount[];
  readonly #entryIds: Set<string>;
  #status: Wave["status"];
  #seq: number;

  constructor(wave: Wave) {
    this.#wave = wave;
    this.#tasks = [...wave.tasks];
    this.#staged = wave.staged;
    this.#shipments = [...wave.shipments];
    this.#back = wave.back;
    this.#lost = wave.lost;
    this.#short = wave.short;
    this.#moves = [...wave.moves];
    this.#counts = [...wave.counts];
    this.#entryIds = new Set(wave.entryIds);
    this.#status = wave.status;
    this.#seq = wave.seq;
  }

  done(): Wave {
    return {
      ...this.#wave,
      seq: this.#seq,
      tasks: this.#tasks,
      staged: this.#staged,
      shipments: this.#shipments,
      back: this.#back,
      lost: this.#lost,
      short: this.#short,
      moves: this.#moves,
      counts: this.#counts,
      entryIds: this.#entryIds,
      status: this.#status,
    };
  }

  take(event: WaveEvent): void {
    this.#seq = event.seq;
    const { body } = event;
    if ("id" in body && body.id !== undefined) this.#entryIds.add(body.id);
    switch (event.kind) {
      case "picked":
        this.#picked(event);
        break;
      case "missing":
        this.#missing(event.body);
        break;
      case "replanned":
        for (const task of event.body.tasks)
          this.#tasks.push({ ...task, picked: 0, missing: 0, dropped: [] });
        this.#lost = [];
        this.#short = [...this.#short, ...event.body.short];
        break;
      case "counted":
        this.#counts.push(event.body);
        break;
      case "withdrawn":
        this.#withdrawn(event.body);
        break;
      case "returned":
        this.#returned(event);
        break;
      case "shipped":
        this.#shipped(event);
        break;
      case "cancelled":
        this.#cancelled();
        break;
      case "opened":
      default:
        break;
    }
  }

  /** Picked units belong to the order lines of the task in their order; to those that were withdrawn last. */
  #picked({ seq, at: heardAt, actor, body }: WaveEventOf<"picked">): void {
    const index = this.#tasks.findIndex((one) => one.task === body.task);
    const task = this.#tasks[index];
    if (task === undefined) return;
    const { at = heardAt } = body;
    const surplusBefore = Math.max(0, task.picked - sumOf(task.wants));
    let open = body.units;
    const fill = (wants: readonly Want[]): Want[] =>
      wants.flatMap((want) => {
        const units = Math.min(open, want.units);
        open -= units;
        return units === 0 ? [] : [{ ...want, units }];
      });
    const served = fill(unfilled(task));
    const late = fill(unfilled({ wants: task.dropped, picked: surplusBefore })) as Withdrawn[];
    const units = body.units - open;
    if (units === 0) return;
    const staged = [...served, ...late].map((want) => ({
      wave: this.#wave.wave,
      seq,
      want,
      cell: task.cell,
      units: want.units,
      by: actor,
      at,
    }));
    this.#staged = [...this.#staged, ...staged];
    this.#back = [...this.#back, ...late];
    this.#tasks[index] = { ...task, picked: task.picked + units };
    const { sku, ...from } = task.cell;
    const to = { ...from, bin: this.#wave.stagingBin };
    this.#moves.push({ sku, units, from, to, by: actor, at, ...clockOf(body) });
  }

  #missing({ task: name, units }: WaveBodies["missing"]): void {
    const index = this.#tasks.findIndex((one) => one.task === name);
    const task = this.#tasks[index];
    if (task === undefined) return;
    const missing = Math.min(units, leftOf(task));
    const { kept, cut } = cutWants(task, missing);
    this.#tasks[index] = { ...task, wants: kept, missing: task.missing + missing };
    this.#lost = [...this.#lost, ...cut];
  }

  #withdrawn(body: WaveBodies["withdrawn"]): void {
    let open = body.units;
    const key = wantKey(body);
    const take = (wants: readonly Want[]): readonly Want[] =>
      wants.flatMap((want) => {
        if (wantKey(want) !== key || open === 0) return [want];
        const units = Math.min(open, want.units);
        open -= units;
        return units === want.units ? [] : [{ ...want, units: want.units - units }];
      });
    this.#lost = take(this.#lost);
    for (const [index, task] of [...this.#tasks.entries()].toReversed()) {
      if (open === 0) break;
      const { kept, cut } = cutWants(task, open, key);
      if (cut.length === 0) continue;
      open -= sumOf(cut);
      const dropped = cut.map((want) => ({ ...want, why: body.why }));
      this.#tasks[index] = { ...task, wants: kept, dropped: [...task.dropped, ...dropped] };
    }
    // What is held is not picked; what was picked of it waits where it is.
    if (open === 0 || body.why === "held") return;
    const own = this.#staged.filter(({ want }) => wantKey(want) === key);
    const free = sumOf(own) - sumOf(this.#back.filter((one) => wantKey(one) === key));
    const [first] = own;
    const units = Math.min(open, free);
    if (first !== undefined && units > 0)
      this.#back = [...this.#back, { ...first.want, units, why: body.why }];
  }

  #returned({ body, at: heardAt, actor }: WaveEventOf<"returned">): void {
    const { at = heardAt, to } = body;
    const line = to.lot === "" ? body : { ...body, lot: to.lot };
    const { taken, left } = takeStaged(this.#staged, body, [line]);
    this.#staged = left;
    this.#settleBack(wantKey(body), sumOf(taken));
    for (const { cell, units } of taken) {
      const { sku, lot, ...shelf } = cell;
      // The shelf is the person's choice, the lot is the goods' own.
      const ends = { from: { ...shelf, lot, bin: this.#wave.stagingBin }, to: { ...to, lot } };
      this.#moves.push({ sku, units, ...ends, by: actor, at, ...clockOf(body) });
    }
  }

  #shipped({ body, at: heardAt, actor }: WaveEventOf<"shipped">): void {
    const { at = heardAt, ...parcel } = body;
    const { taken, left } = takeStaged(this.#staged, body, body.lines);
    this.#staged = left;
    this.#entryIds.add(body.shipment);
    this.#shipments.push({ ...parcel, by: actor, at, units: taken });
    // A platform may say that it was sent what should have gone back.
    for (const one of this.#back) {
      const key = wantKey(one);
      const own = sumOf(left.filter(({ want }) => wantKey(want) === key));
      const back = sumOf(this.#back.filter((other) => wantKey(other) === key));
      if (back > own) this.#settleBack(key, back - own);
    }
  }

  #settleBack(key: string, settled: number): void {
    let open = settled;
    this.#back = this.#back.flatMap((one) => {
      if (wantKey(one) !== key) return [one];
      const units = Math.min(open, one.units);
      open -= units;
      return units === one.units ? [] : [{ ...one, units: one.units - units }];
    });
  }

  /** Nothing more is picked, and what was picked goes back. */
  #cancelled(): void {
    this.#status = "cancelled";
    for (const [index, task] of this.#tasks.entries()) {
      const { kept, cut } = cutWants(task, leftOf(task));
      const dropped = cut.map((want) => ({ ...want, why: "cancelled" as const }));
      this.#tasks[index] = { ...task, wants: kept, dropped: [...task.dropped, ...dropped] };
    }
    this.#lost = [];
    this.#back = this.#staged.map(({ want, units }) => ({ ...want, units, why: "cancelled" as const }));
  }
}

/** Cuts units that nobody has picked from a task's wants, the last ones first. @param key only of this line */
function cutWants(
  task: TaskState,
  units: number,
  key?: string,
): { readonly kept: readonly Want[]; readonly cut: readonly Want[] } {
  const free = new Map<Want, number>();
  let skip = task.picked;
  for (const want of task.wants) {
    free.set(want, Math.max(0, want.units - skip));
    skip = Math.max(0, skip - want.units);
  }
  let open = units;
  const cut: Want[] = [];
  const kept: Want[] = [];
  for (const want of task.wants.toReversed()) {
    const fits = key === undefined || wantKey(want) === key;
    const taken = fits ? Math.min(open, free.get(want) ?? 0) : 0;
    open -= taken;
    if (taken > 0) cut.push({ ...want, units: taken });
    if (taken < want.units) kept.push({ ...want, units: want.units - taken });
  }
  return { kept: kept.toReversed(), cut: cut.toReversed() };
}

function clockOf({ slackMs = 0, device = null, deviceSeq = 0 }: Partial<Clocked>): Clocked {
  return { slackMs, device, deviceSeq };
}
