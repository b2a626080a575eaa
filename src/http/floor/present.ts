import type { LotItem, TransferItem, ZoneItem } from "../../api/floor.ts";
import { timeOf, timeOrNull } from "../../api/text.ts";
import { daysLeft, type LotBody } from "../../domain/floor/lot.ts";
import { cellKey, type Bin, type Standing } from "../../domain/floor/shelf.ts";
import { inTransit, receiveProblem, type Transfer, type TransferLine } from "../../domain/floor/transfer.ts";
import type { Instant } from "../../domain/rows.ts";
import { compareText, pairKey } from "../../domain/text.ts";
import type { Good } from "../../engine/counts/goods.ts";
import type { PlannedZone } from "../../engine/floor/floor-plan.ts";
import { dateOf, expiryOf, lastDateOf } from "../../engine/floor/lots.ts";

export interface BinUse {
  units: number;
  readonly skus: Set<string>;
}

/** What stands in each bin of a warehouse, by the bin's name. */
export function useOf(standing: readonly Standing[]): ReadonlyMap<string, BinUse> {
  const use = new Map<string, BinUse>();
  for (const { bin, sku, quantity } of standing) {
    const known = use.get(bin) ?? { units: 0, skus: new Set<string>() };
    known.units += quantity;
    known.skus.add(sku);
    use.set(bin, known);
  }
  return use;
}

export function zoneItem(zone: PlannedZone, bins: Iterable<Bin>, use: ReadonlyMap<string, BinUse>): ZoneItem {
  let [all, inUse, units] = [0, 0, 0];
  for (const { bin, zone: of } of bins) {
    if (of !== zone.zone) continue;
    const here = use.get(bin)?.units ?? 0;
    all += 1;
    if (here !== 0) inUse += 1;
    units += here;
  }
  return { ...zone, categories: [...zone.categories], bins: all, binsInUse: inUse, units };
}

export interface LotsView {
  readonly bodies: ReadonlyMap<string, LotBody>;
  readonly standing: readonly Standing[];
  readonly goods: ReadonlyMap<string, Good>;
  readonly timeZone: string;
  readonly now: Instant;
}

/** Every lot that is known or stands somewhere, the first to expire first. */
export function lotItems({ bodies, standing, goods, timeZone, now }: LotsView): readonly LotItem[] {
  const keys = new Map<string, { sku: string; lot: string; bins: Map<string, LotItem["bins"][number]> }>();
  const at = (sku: string, lot: string) => {
    const key = pairKey(sku, lot);
    const known = keys.get(key) ?? { sku, lot, bins: new Map<string, LotItem["bins"][number]>() };
    keys.set(key, known);
    return known;
  };
  for (const { sku, lot } of bodies.values()) at(sku, lot);
  for (const cell of standing) {
    if (cell.lot === "") continue;
    const { warehouse, bin, quality, quantity } = cell;
    at(cell.sku, cell.lot).bins.set(cellKey(cell), { warehouse, bin, quality, units: quantity });
  }
  const items = Array.from(keys.values(), ({ sku, lot, bins }): LotItem => {
    const body = bodies.get(pairKey(sku, lot));
    const expiresAt = expiryOf(body, lot);
    const shelves = [...bins.values()].filter(({ units }) => units !== 0);
    const sum = (quality: "good" | "bad"): number =>
      shelves.reduce((units, one) => units + (one.quality === quality ? one.units : 0), 0);
    return {
      sku,
      code: goods.get(sku)?.code ?? sku,
      name: goods.get(sku)?.name ?? "",
      lot,
      supplier: body?.supplier ?? "",
      receivedAt: timeOrNull(body?.receivedAt ?? null),
      madeOn: body?.madeAt == null ? null : dateOf(body.madeAt, timeZone),
      expiresOn: expiresAt === null ? null : lastDateOf(expiresAt, timeZone),
      daysLeft: expiresAt === null ? null : daysLeft(expiresAt, now),
      expired: expiresAt !== null && expiresAt <= now,
      good: sum("good"),
      bad: sum("bad"),
      bins: shelves.toSorted((a, b) => compareText(a.bin, b.bin)),
    };
  });
  const rank = (item: LotItem): number => item.daysLeft ?? Number.MAX_SAFE_INTEGER;
  return items.toSorted(
    (a, b) => rank(a) - rank(b) || compareText(a.sku, b.sku) || compareText(a.lot, b.lot),
  );
}

export function transferItem(
  transfer: Transfer,
  goods: ReadonlyMap<string, Good>,
  person: string,
): TransferItem {
  const { sent, received, from, to, note, sentBy, receivedBy, reason, closedAt, fate } = transfer;
  const key = ({ sku, lot, quality }: TransferLine): string => `${pairKey(sku, lot)}\u0000${quality}`;
  const open = new Map(inTransit(transfer).map((line) => [key(line), line.quantity]));
  const lines = sent.map((line) => {
    const came = received.filter((one) => key(one) === key(line));
    const sum = (of: (one: (typeof came)[number]) => number): number =>
      came.reduce((units, one) => units + of(one), 0);
    const good = goods.get(line.sku);
    const { sku, lot, quality } = line;
    return {
      sku,
      code: good?.code ?? sku,
      name: good?.name ?? "",
      barcodes: [...(good?.barcodes ?? [])],
      lot,
      quality,
      sent: line.quantity,
      received: sum(({ quantity }) => quantity),
      damaged: sum(({ damaged }) => damaged),
      open: open.get(key(line)) ?? 0,
    };
  });
  const total = (of: (line: (typeof lines)[number]) => number): number =>
    lines.reduce((units, line) => units + of(line), 0);
  const whole = total((line) => line.open) === 0;
  return {
    transfer: transfer.transfer,
    from,
    to,
    note,
    status: closedAt === null ? "on_the_way" : whole ? "received" : "closed",
    sentAt: timeOf(transfer.sentAt),
    sentBy,
    receivedBy: [...receivedBy],
    closedAt: timeOrNull(closedAt),
    reason,
    missing: fate ?? "none",
    sent: total((line) => line.sent),
    received: total((line) => line.received),
    open: total((line) => line.open),
    mayReceive: receiveProblem(transfer, [], person) === null,
    lines,
  };
}
