import type { Back, WaveSheet, WaveTask } from "../../../api/outbound.ts";
import type { KeptGood, Step } from "../../offline/database.ts";
import type { CountRecord, NewRecord, RecordState, Said } from "../../offline/records.ts";
import { plainCode, type CodeBook, type Scan } from "./judge.ts";

/** Picking on the phone, without its screen: what each scan and tap does. */

/** A stop with what this phone has done there and the server has not heard of yet. */
export interface Stop extends WaveTask {
  /** Units picked on this phone that wait to be sent. */
  readonly waiting: number;
}

export type PickRecord = Extract<CountRecord, { kind: "pick" }>;

/** Done on this phone, and not in the wave that is at hand. */
function isFresh(record: CountRecord, id: string, taken: ReadonlySet<string>): boolean {
  return record.state === "waiting" || (record.state === "sent" && !taken.has(id));
}

export function stopsOf(sheet: WaveSheet, records: readonly CountRecord[]): readonly Stop[] {
  const taken = new Set(sheet.taken);
  const picked = new Map<string, number>();
  const missing = new Map<string, number>();
  const waiting = new Map<string, number>();
  const add = (to: Map<string, number>, task: string, units: number) =>
    void to.set(task, (to.get(task) ?? 0) + units);
  for (const record of records) {
    if (record.kind !== "pick" || !isFresh(record, record.pick.id, taken)) continue;
    const { pick } = record;
    if (pick.kind === "pick") {
      add(picked, pick.task, pick.units);
      if (record.state === "waiting") add(waiting, pick.task, pick.units);
    } else if (pick.kind === "missing") add(missing, pick.task, pick.units);
  }
  return sheet.tasks.map((task) => {
    const [more, gone] = [picked.get(task.task) ?? 0, missing.get(task.task) ?? 0];
    const left = Math.max(0, task.left - more - gone);
    const figures = { picked: task.picked + more, missing: task.missing + gone, left };
    return { ...task, ...figures, waiting: waiting.get(task.task) ?? 0 };
  });
}

/** What is still to be put back, without what this phone has put back already. */
export function backOf(sheet: WaveSheet, records: readonly CountRecord[]): readonly Back[] {
  const taken = new Set(sheet.taken);
  const done = records.flatMap((record) =>
    record.kind === "pick" && record.pick.kind === "put_back" && isFresh(record, record.pick.id, taken)
      ? [{ ...record.pick }]
      : [],
  );
  return sheet.back.flatMap((back) => {
    let { units } = back;
    for (const one of done) {
      if (backName(one) !== backName(back)) continue;
      const part = Math.min(units, one.units);
      one.units -= part;
      units -= part;
    }
    return units === 0 ? [] : [{ ...back, units }];
  });
}

export function backName(one: {
  channel: string;
  orderId: string;
  lineId: string;
  sku: string;
  lot?: string;
}): string {
  return JSON.stringify([one.channel, one.orderId, one.lineId, one.sku, one.lot ?? ""]);
}

/** What is in the hands: not an entry yet, and kept on the phone all the same. */
export interface PickDraft {
  /** The stop that was chosen; null: the next one. */
  readonly task: string | null;
  /** Where somebody stands: scanned; null: nowhere yet. */
  readonly bin: string | null;
  readonly lotOk: boolean;
  readonly units: number;
  readonly mode: "scan" | "hand";
  readonly from: number;
  readonly first: number;
}

export const noPick: PickDraft = {
  task: null,
  bin: null,
  lotOk: false,
  units: 0,
  mode: "scan",
  from: 0,
  first: 0,
};

/** The stop at hand: the one that was chosen as long as it is open, else one of the same bin, else the next on the way. */
export function stopOf(stops: readonly Stop[], draft: PickDraft): Stop | null {
  const open = stops.filter(({ left }) => left > 0);
  const chosen = open.find(({ task }) => task === draft.task) ?? open.find(({ bin }) => bin === draft.bin);
  return chosen ?? open[0] ?? null;
}

/** Goods that nobody has put away have no bin to scan. */
export function isAtBin(draft: PickDraft, stop: Stop): boolean {
  return stop.bin === "" || draft.bin === stop.bin;
}

export type PickAct =
  | { readonly kind: "bin"; readonly stop: Stop }
  /** `lot`: its label was scanned. */
  | {
      readonly kind: "take";
      readonly stop: Stop;
      readonly lot: boolean;
      readonly left: number;
      /** A case of so many; absent: one. */
      readonly units?: number;
    }
  | { readonly kind: "lot"; readonly stop: Stop }
  | { readonly kind: "units"; readonly stop: Stop; readonly units: number }
  | { readonly kind: "keep" }
  | { readonly kind: "missing"; readonly stop: Stop }
  | { readonly kind: "put_back"; readonly back: Back; readonly bin: string };

export interface PickOwner {
  readonly person: string;
  readonly sheet: string;
  readonly newId: () => string;
  /** As the draft may speak of a stop that is not the one of the act. */
  readonly stops: readonly Stop[];
  readonly nameOf: (sku: string) => string;
}

interface Moment {
  readonly at: number;
  readonly number: number;
}

const time = (at: number) => new Date(at).toISOString();

/** What an act makes of the draft, and which records come of it. */
export function actPick(draft: PickDraft, what: PickAct, moment: Moment, owner: PickOwner): Step<PickDraft> {
  const { at, number } = moment;
  const before = finished(draft, moment, owner);
  const start = (stop: Stop): PickDraft => ({
    ...noPick,
    task: stop.task,
    bin: stop.bin,
    from: at,
    first: number,
  });
  switch (what.kind) {
    case "bin":
      return { draft: start(what.stop), records: before };
    case "lot":
    case "take":
    case "units": {
      const { stop } = what;
      const same = draft.task === stop.task;
      const now = same ? draft : start(stop);
      const lotOk = now.lotOk || what.kind === "lot" || (what.kind === "take" && what.lot);
      const units =
        what.kind === "units" ? what.units : what.kind === "take" ? now.units + (what.units ?? 1) : now.units;
      const begun = now.units === 0 ? { from: at, first: number } : {};
      const mode = what.kind === "units" ? "hand" : now.mode;
      const next: PickDraft = { ...now, ...begun, units, lotOk, mode };
      // The last unit of a stop needs no word more.
      if (what.kind === "take" && units >= what.left)
        return {
          draft: afterStop(next),
          records: [...(same ? [] : before), ...finished(next, moment, owner)],
        };
      return { draft: next, records: same ? [] : before };
    }
    case "missing": {
      const { stop } = what;
      const own = draft.task === stop.task ? draft.units : 0;
      const units = stop.left - own;
      if (units <= 0) return { draft: afterStop(draft), records: before };
      const body = {
        kind: "missing" as const,
        id: owner.newId(),
        task: stop.task,
        units,
        ...span(draft, moment),
      };
      const record = recordOf(body, owner, at, stop.sku);
      return { draft: afterStop(draft), records: [...before, record] };
    }
    case "put_back": {
      const { back, bin } = what;
      const { channel, orderId, lineId, sku, lot, units } = back;
      const named = { channel, orderId, lineId, sku, units, bin, ...(lot === "" ? {} : { lot }) };
      const times = { from: time(at), to: time(at), first: number, last: number };
      const body = { kind: "put_back" as const, id: owner.newId(), ...named, ...times };
      return { draft, records: [recordOf(body, owner, at, sku)] };
    }
    case "keep":
    default:
      return { draft: afterStop(draft), records: before };
  }
}

/** Whoever stands at a bin stands there still for its next stop. */
function afterStop({ bin }: PickDraft): PickDraft {
  return { ...noPick, bin };
}

function span(draft: PickDraft, { at, number }: Moment) {
  const from = draft.from === 0 ? at : draft.from;
  const first = draft.first === 0 ? number : draft.first;
  return { from: time(from), to: time(at), first, last: number };
}

function finished(draft: PickDraft, moment: Moment, owner: PickOwner): NewRecord[] {
  const stop = owner.stops.find(({ task }) => task === draft.task);
  if (stop === undefined || draft.units === 0) return [];
  const { task, bin, sku, lot } = stop;
  const { units, mode } = draft;
  const named = { id: owner.newId(), task, bin, sku, units, mode, ...(lot === "" ? {} : { lot }) };
  const body = { kind: "pick" as const, ...named, ...span(draft, moment) };
  return [recordOf(body, owner, moment.at, sku)];
}

function recordOf(pick: PickRecord["pick"], owner: PickOwner, at: number, sku: string): NewRecord {
  const { person, sheet, nameOf } = owner;
  return { kind: "pick", person, sheet, at, pick, name: nameOf(sku) };
}

/** Why a scan changes nothing. */
export type BadPick =
  | "unknown"
  | "check_digit"
  | "two_codes"
  | "bin_wrong"
  | "bin_not_due"
  | "bin_first"
  | "item_wrong"
  | "lot_needed"
  | "lot_wrong"
  | "too_many"
  | "task_done";

export type PickScan =
  | { readonly kind: "act"; readonly act: PickAct; readonly say: string }
  | { readonly kind: "bad"; readonly why: BadPick; readonly code: string }
  /** Not known on this phone; the server may know it. */
  | { readonly kind: "ask"; readonly code: string };

/** What a code turned out to be. */
export type Found =
  | { readonly kind: "bin"; readonly bin: string }
  | { readonly kind: "sku"; readonly sku: string; readonly units?: number | undefined }
  | { readonly kind: "lot"; readonly lot: string; readonly skus: readonly string[] };

export interface PickView {
  readonly stops: readonly Stop[];
  readonly draft: PickDraft;
  readonly book: CodeBook;
}

/** Judges a scanned code where somebody picks. */
export function judgePick(code: string, view: PickView): PickScan {
  const stop = stopOf(view.stops, view.draft);
  if (stop === null) return { kind: "bad", why: "task_done", code };
  // A lot's label is a code of its own; the phone knows those of the list.
  const lot = view.stops.find((one) => one.lot !== "" && plainCode(one.lot) === plainCode(code));
  const scan: Scan = view.book.judge(code, isAtBin(view.draft, stop) ? "sku" : "bin");
  if (scan.kind === "ask" && lot !== undefined)
    return judgeFound({ kind: "lot", lot: lot.lot, skus: skusOfLot(view.stops, lot.lot) }, view, code);
  switch (scan.kind) {
    case "bin":
      return judgeFound({ kind: "bin", bin: scan.bin }, view, code);
    case "sku":
      return judgeFound({ kind: "sku", sku: scan.good.sku, units: scan.units }, view, code);
    case "lot": {
      const skus = scan.goods.map(({ sku }) => sku);
      return judgeFound({ kind: "lot", lot: scan.lot, skus }, view, code);
    }
    case "ask":
      return scan;
    case "bad":
    default:
      return judgeBad(scan.why, view, code);
  }
}

function skusOfLot(stops: readonly Stop[], lot: string): readonly string[] {
  return [...new Set(stops.filter((one) => one.lot === lot).map(({ sku }) => sku))];
}

function judgeBad(why: Extract<Scan, { kind: "bad" }>["why"], view: PickView, code: string): PickScan {
  const stop = stopOf(view.stops, view.draft);
  switch (why) {
    case "bin_not_sku": {
      const bin = view.stops.find((one) => plainCode(one.bin) === plainCode(code))?.bin;
      return bin === undefined
        ? { kind: "bad", why: "bin_wrong", code }
        : judgeFound({ kind: "bin", bin }, view, code);
    }
    case "sku_not_bin":
      return { kind: "bad", why: "bin_first", code };
    case "ambiguous": {
      // Several products have this code: the one that is due is meant, if it is among them.
      const fits = stop !== null && codesOf(view.book.goodOf(stop.sku)).includes(plainCode(code));
      return fits
        ? judgeFound({ kind: "sku", sku: stop.sku }, view, code)
        : { kind: "bad", why: "item_wrong", code };
    }
    case "check_digit":
    case "two_codes":
      return { kind: "bad", why, code };
    case "unknown":
    case "elsewhere":
    case "finish_bin":
    default:
      return { kind: "bad", why: "unknown", code };
  }
}

function codesOf(good: KeptGood | undefined): readonly string[] {
  return good === undefined ? [] : [good.sku, good.code, ...good.barcodes].map(plainCode);
}

export function judgeFound(found: Found, { stops, draft }: PickView, code: string): PickScan {
  const stop = stopOf(stops, draft);
  const bad = (why: BadPick): PickScan => ({ kind: "bad", why, code });
  if (stop === null) return bad("task_done");
  if (found.kind === "bin") {
    if (isAtBin(draft, stop) && found.bin === stop.bin) return bad("bin_not_due");
    const there = stops.find((one) => one.bin === found.bin && one.left > 0);
    if (there === undefined) return bad("bin_wrong");
    return { kind: "act", act: { kind: "bin", stop: found.bin === stop.bin ? stop : there }, say: found.bin };
  }
  if (!isAtBin(draft, stop)) return bad("bin_first");
  const skus = found.kind === "sku" ? [found.sku] : found.skus;
  // Another line of the same bin may be next in the hands.
  const fits = (one: Stop) => one.bin === stop.bin && one.left > 0 && skus.includes(one.sku);
  const lotFits = (one: Stop) => found.kind !== "lot" || one.lot === found.lot;
  const target = fits(stop) && lotFits(stop) ? stop : stops.find((one) => fits(one) && lotFits(one));
  if (target === undefined) return bad(stops.some(fits) ? "lot_wrong" : "item_wrong");
  const same = draft.task === target.task;
  if (target.lot !== "" && found.kind === "sku" && !(same && draft.lotOk)) return bad("lot_needed");
  const units = found.kind === "sku" ? (found.units ?? 1) : 1;
  if ((same ? draft.units : 0) + units > target.left) return bad("too_many");
  const take = { kind: "take" as const, stop: target, lot: found.kind === "lot", left: target.left };
  return { kind: "act", act: units === 1 ? take : { ...take, units }, say: "" };
}

/** One order as somebody packs it. */
export interface PackOrder {
  readonly channel: string;
  readonly orderId: string;
  readonly hold: Said | null;
  readonly lines: readonly { readonly lineId: string; readonly sku: string; readonly units: number }[];
  readonly units: number;
  /** Units of it that are not picked yet. */
  readonly open: number;
}

/** The orders of which something is picked, those that are whole first. */
export function packOrders(sheet: WaveSheet, records: readonly CountRecord[]): readonly PackOrder[] {
  const taken = new Set(sheet.taken);
  const sent = new Set(
    records.flatMap((record) =>
      record.kind === "parcel" && isFresh(record, record.parcel.id, taken)
        ? [JSON.stringify([record.parcel.channel, record.parcel.orderId])]
        : [],
    ),
  );
  return sheet.orders
    .filter(({ channel, orderId }) => !sent.has(JSON.stringify([channel, orderId])))
    .map(({ channel, orderId, hold, lines }) => {
      const ready = lines.filter(({ staged }) => staged > 0);
      const parts = ready.map(({ lineId, sku, staged }) => ({ lineId, sku, units: staged }));
      const units = parts.reduce((sum, one) => sum + one.units, 0);
      const open = lines.reduce((sum, one) => sum + one.open, 0);
      return { channel, orderId, hold, lines: parts, units, open };
    })
    .filter(({ units }) => units > 0)
    .toSorted(
      (a, b) => Number(a.hold !== null) - Number(b.hold !== null) || Math.sign(a.open) - Math.sign(b.open),
    );
}

/** Parcels of a wave with those that wait on this phone, the latest first. */
export interface PackedParcel {
  readonly id: string;
  readonly orderId: string;
  readonly waybill: string;
  readonly units: number | null;
  readonly at: number;
  readonly state: RecordState;
  readonly words: Said | null;
}

export function parcelsOf(sheet: WaveSheet, records: readonly CountRecord[]): readonly PackedParcel[] {
  const known = sheet.parcels.map((one) => ({
    id: one.shipment,
    orderId: one.orderId,
    waybill: one.waybill,
    units: one.units,
    at: Date.parse(one.at),
    state: "sent" as const,
    words: null,
  }));
  const ids = new Set(known.map(({ id }) => id));
  const own = records.flatMap((record): PackedParcel[] => {
    if (record.kind !== "parcel" || ids.has(record.parcel.id)) return [];
    const { id, orderId, waybill, lines } = record.parcel;
    const units = lines?.reduce((sum, one) => sum + one.units, 0) ?? null;
    return [{ id, orderId, waybill, units, at: record.at, state: record.state, words: record.words }];
  });
  return [...own, ...known].toSorted((a, b) => b.at - a.at);
}

export type BadWaybill = "waybill_used" | "waybill_is_goods" | "waybill_short" | "two_codes";

const waybillChars = { min: 6, max: 64 } as const;

/** Why a code is no waybill; null: it may be one. */
export function waybillProblem(
  code: string,
  { book, parcels }: { readonly book: CodeBook; readonly parcels: readonly PackedParcel[] },
): BadWaybill | null {
  const text = code.normalize("NFKC").trim();
  if (book.judge(text, "sku").kind === "sku" || book.judge(text, "bin").kind === "bin")
    return "waybill_is_goods";
  if (parcels.some(({ waybill, state }) => waybill === text && state !== "refused")) return "waybill_used";
  return text.length < waybillChars.min || text.length > waybillChars.max ? "waybill_short" : null;
}

/** A parcel as it is written down. */
export function parcelRecord(
  order: PackOrder,
  { id, waybill, carrier }: { readonly id: string; readonly waybill: string; readonly carrier: string },
  { person, sheet }: Pick<PickOwner, "person" | "sheet">,
  { at, number }: Moment,
): NewRecord {
  const { channel, orderId, lines } = order;
  const times = { from: time(at), to: time(at), first: number, last: number };
  const named = { channel, orderId, carrier, waybill: waybill.normalize("NFKC").trim() };
  const parcel = { id, ...named, lines: lines.map((line) => ({ ...line })), ...times };
  return { kind: "parcel", person, sheet, at, parcel };
}
