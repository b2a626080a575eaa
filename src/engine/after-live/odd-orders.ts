import type { Reserve } from "../../domain/command.ts";
import {
  buyerLimits,
  heldOrders,
  mergeCases,
  stepCase,
  type BuyerLimits,
  type CaseStep,
  type OddCase,
} from "../../domain/odd/case.ts";
import { findOdd, orderKeyOf, type Finding } from "../../domain/odd/detect.ts";
import { oddOrderOf, unknownSide, type OrderSide as OrderSideFacts } from "../../domain/odd/from-lines.ts";
import type { OddOrder } from "../../domain/odd/order.ts";
import { oddPolicyDefault, type OddPolicy } from "../../domain/odd/policy.ts";
import { listedAddressKey, type ContactKeys } from "../../domain/odd/side.ts";
import { previewPolicy, type PolicyPreview } from "../../domain/odd/preview.ts";
import { hourMs } from "../../domain/live/time.ts";
import type { SessionPlan } from "../../domain/live/session.ts";
import type { Words } from "../../domain/live/words.ts";
import { isRefusal, type Refusal } from "../../domain/outcome.ts";
import { groupBy } from "../../domain/report/group.ts";
import type { Document, Instant, Line } from "../../domain/rows.ts";
import { pairKey } from "../../domain/text.ts";
import type { OrderSide, OrderSides } from "../../store/order-sides.ts";
import type { Reads, ShopId, Store } from "../../store/store.ts";
import type { Batcher } from "../batcher.ts";

export const oddLimits = {
  pageLines: 2_000,
  /** Orders of before the scanned period that the rules compare with: the longest window of a rule. */
  historyMs: 168 * hourMs,
  linesMax: 500_000,
  saveAttempts: 5,
  /** Blocks and caps that another node decided hold here after this at the latest. */
  believedMs: 15_000,
} as const;

export const oddCaseKind = "odd_case";
export const oddPolicyKind = "odd_policy";
const policyId = "shop";

export interface Period {
  readonly from: Instant;
  readonly to: Instant;
}

export interface Scan {
  /** Orders of the period. */
  readonly orders: number;
  readonly findings: readonly Finding[];
}

export interface OddOptions {
  readonly read: Reads;
  readonly shop: ShopId;
}

/** With what the orders' parcels say. */
export interface ScanOptions extends OddOptions {
  readonly sides: Pick<OrderSides, "of">;
}

/** The shop's thresholds, and the version of the document that holds them; 0: the defaults. */
export async function readOddPolicy({
  read,
  shop,
}: OddOptions): Promise<{ policy: OddPolicy; version: number }> {
  const document = await read.document(shop, oddPolicyKind, policyId);
  if (document === null) return { policy: oddPolicyDefault, version: 0 };
  const kept = document.body as KeptPolicy;
  const forwarders = kept.forwarders ?? [];
  return {
    version: document.version,
    policy: {
      thresholds: { ...oddPolicyDefault.thresholds, ...kept.thresholds },
      points: { ...oddPolicyDefault.points, ...kept.points },
      casePoints: kept.casePoints,
      forwardingAddresses: new Set(forwarders.map(({ key }) => key)),
      forwarders: forwarders.map(({ text }) => text),
    },
  };
}

/** What the shop has set. A forwarder's address has its key with it, so that past orders are compared too. */
interface KeptPolicy extends Pick<OddPolicy, "thresholds" | "points" | "casePoints"> {
  readonly forwarders?: readonly { readonly text: string; readonly key: string }[];
}

/** @param keys of the shop, for the addresses of its list of forwarders */
export function oddPolicyDocument(
  policy: Pick<OddPolicy, "thresholds" | "points" | "casePoints" | "forwarders">,
  version: number,
  keys: Pick<ContactKeys, "address">,
): Pick<Document, "kind" | "id" | "version" | "body"> {
  const { thresholds, points, casePoints } = policy;
  const texts = new Set(policy.forwarders.map((text) => text.trim()).filter((text) => text !== ""));
  const forwarders = [...texts].map((text) => ({ text, key: listedAddressKey(text, keys) }));
  const body: KeptPolicy = { thresholds, points, casePoints, forwarders };
  return { kind: oddPolicyKind, id: policyId, version, body };
}

/** What the rules find among the orders of a period, compared with those of the week before it. */
export async function scanOrders(options: ScanOptions, period: Period, policy: OddPolicy): Promise<Scan> {
  const orders = await oddOrdersOf(options, period);
  const within = new Set(orders.filter((order) => isWithin(order, period)).map(orderKeyOf));
  const findings = findOdd(orders, policy).filter(({ order }) => within.has(orderKeyOf(order)));
  return { orders: within.size, findings };
}

/** What another policy would find, on the same orders and on what people decided. */
export async function previewOdd(
  options: ScanOptions,
  period: Period,
  before: OddPolicy,
  after: OddPolicy,
): Promise<PolicyPreview> {
  const orders = await oddOrdersOf(options, period);
  const cases = await readCases(options);
  return previewPolicy(
    orders,
    before,
    after,
    cases.map(({ odd }) => odd),
  );
}

function isWithin({ placedAt }: OddOrder, { from, to }: Period): boolean {
  return placedAt >= from && placedAt < to;
}

/** The orders of the period and of the week before it. */
async function oddOrdersOf(options: ScanOptions, period: Period): Promise<readonly OddOrder[]> {
  const { read, shop } = options;
  const since = period.from - oddLimits.historyMs;
  const lines: Line[] = [];
  for (let cursor: string | null = null; ;) {
    const page: Awaited<ReturnType<Reads["orders"]>> = await read.orders(shop, {
      limit: oddLimits.pageLines,
      cursor,
    });
    for (const line of page.items) if (line.placedAt >= since && line.placedAt < period.to) lines.push(line);
    cursor = page.next;
    if (cursor === null || (page.items.at(-1)?.placedAt ?? 0) < since) break;
    if (lines.length >= oddLimits.linesMax) break;
  }
  const priceOf = await pricesOf(options, lines);
  const buyers = await firstSeen(options, lines, since);
  const sides = await sidesOf(options, lines);
  return [...groupBy(lines, ({ channel, orderId }) => pairKey(channel, orderId)).values()].flatMap(
    (group) => {
      const [first, ...rest] = group;
      if (first === undefined) return [];
      const buyerSince = first.buyer === null ? null : (buyers.get(first.buyer) ?? null);
      const side = sides.get(orderKeyOf(first));
      return [oddOrderOf([first, ...rest], { ...unknownSide, ...sideOf(side), buyerSince }, priceOf)];
    },
  );
}

function sideOf(side: OrderSide | undefined): Partial<OrderSideFacts> {
  if (side === undefined) return {};
  const { phone, address, marks, paidAt } = side;
  return { phone, address, addressMarks: marks, paidAt };
}

/** What the orders' parcels say, by `orderKeyOf`; only of those that said something. */
async function sidesOf(
  { sides, shop }: ScanOptions,
  lines: readonly Line[],
): Promise<ReadonlyMap<string, OrderSide>> {
  const found = new Map<string, OrderSide>();
  for (const [channel, ofChannel] of groupBy(lines, (line) => line.channel)) {
    const orderIds = [...new Set(ofChannel.map(({ orderId }) => orderId))];
    for (const side of await sides.of(shop, channel, orderIds)) found.set(orderKeyOf(side), side);
  }
  return found;
}

/** The price that was meant: the session's, else the product's; null where the shop has none. */
async function pricesOf(
  { read, shop }: OddOptions,
  lines: readonly Line[],
): Promise<(line: Line) => number | null> {
  const prices = new Map<string, number>();
  for (let cursor: string | null = null; ;) {
    const page: Awaited<ReturnType<Reads["stock"]>> = await read.stock(shop, {
      soldSince: null,
      limit: 1_000,
      cursor,
    });
    for (const { sku, price } of page.items) prices.set(sku, price);
    cursor = page.next;
    if (cursor === null) break;
  }
  const ofSession = new Map<string, ReadonlyMap<string, number>>();
  for (const session of new Set(lines.flatMap((line) => line.session ?? []))) {
    const document = await read.document(shop, "session", session);
    if (document === null) continue;
    const { slots } = document.body as SessionPlan;
    ofSession.set(
      session,
      new Map(slots.flatMap(({ sku, price }) => (price === null ? [] : [[sku, price] as const]))),
    );
  }
  return ({ sku, session }) => {
    const price = ofSession.get(session ?? "")?.get(sku) ?? prices.get(sku) ?? 0;
    return price > 0 ? price : null;
  };
}

/**
 * When each buyer was seen first. Nobody is called new in books that have only just begun: they do not know yet
 * who was there before.
 */
async function firstSeen(
  { read, shop }: OddOptions,
  lines: readonly Line[],
  since: Instant,
): Promise<ReadonlyMap<string, Instant>> {
  const first = new Map<string, Instant>();
  const [oldest] = await read.journal(shop, { after: 0, limit: 1 });
  if (oldest === undefined || oldest.recordedAt > since) return first;
  for (const { buyer, placedAt } of lines)
    if (buyer !== null) first.set(buyer, Math.min(first.get(buyer) ?? Infinity, placedAt));
  return first;
}

/** A case with the version of its document. */
export interface KeptCase {
  readonly odd: OddCase;
  readonly version: number;
}

/** Every case, the latest first. */
export async function readCases({ read, shop }: OddOptions): Promise<readonly KeptCase[]> {
  const documents = await read.documents(shop, oddCaseKind);
  return documents
    .map(({ body, version }) => ({ odd: body as OddCase, version }))
    .toSorted((a, b) => b.odd.openedAt - a.odd.openedAt);
}

/** Why nothing of an order is sent: the case that holds it, since when and by whom. */
export interface HeldBy {
  readonly case: string;
  readonly at: Instant;
  readonly by: string;
}

/**
 * The orders of which nothing may be sent now, by `orderKeyOf`: those of cases that are held and not cleared. Whoever
 * picks asks it; the first case that held an order is named.
 */
export async function readHeldOrders(options: OddOptions): Promise<ReadonlyMap<string, HeldBy>> {
  const held = new Map<string, HeldBy>();
  for (const { odd } of (await readCases(options)).toReversed()) {
    const measure = odd.measures.find(({ action }) => action === "hold");
    if (measure === undefined) continue;
    for (const key of heldOrders([odd]))
      if (!held.has(key)) held.set(key, { case: odd.id, at: measure.at, by: measure.by });
  }
  return held;
}

export type Stepped =
  | { readonly ok: true; readonly odd: OddCase }
  | { readonly ok: false; readonly code: string; readonly words: Words };

/** The cases of a shop, and whom they keep from buying. */
export class OddOrders {
  readonly #options: OddOptions & {
    readonly batcher: Pick<Batcher, "submit">;
    readonly clock: { now(): Instant };
  };
  #limits: BuyerLimits = { blocked: new Set(), caps: new Map() };
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | null = null;

  constructor(options: {
    readonly store: Pick<Store, "read">;
    readonly shop: ShopId;
    readonly batcher: Pick<Batcher, "submit">;
    readonly clock: { now(): Instant };
  }) {
    const { store, ...rest } = options;
    this.#options = { ...rest, read: store.read };
  }

  /** Makes cases of what is odd. What was cleared does not come back. */
  async open(
    findings: readonly Finding[],
    actor: string,
  ): Promise<{ fresh: number; cases: readonly OddCase[] }> {
    const { clock, batcher } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      const at = clock.now();
      const known = await readCases(this.#options);
      const versions = new Map(known.map(({ odd, version }) => [odd.id, { odd, version }]));
      const merged = mergeCases(
        known.map(({ odd }) => odd),
        findings,
        at,
      );
      const changed = merged.filter((odd) => versions.get(odd.id)?.odd !== odd);
      const outcomes = await Promise.all(
        changed.map((odd) =>
          batcher.submit({
            type: "putDocument",
            kind: oddCaseKind,
            id: odd.id,
            body: odd,
            actor,
            at,
            version: versions.get(odd.id)?.version ?? 0,
          }),
        ),
      );
      // Somebody else changed one of them meanwhile: what was written stays, the rest is merged again.
      if (outcomes.some(isRefusal) && attempt < oddLimits.saveAttempts) continue;
      const keys = new Set(findings.map(({ order }) => orderKeyOf(order)));
      const cases = merged.filter(({ orders }) => orders.some((order) => keys.has(orderKeyOf(order))));
      return { fresh: changed.filter(({ id }) => !versions.has(id)).length, cases };
    }
  }

  /** One step of a case, by whoever took it. */
  async step(id: string, step: CaseStep, actor: string): Promise<Stepped | null> {
    const { read, shop, batcher, clock } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      const document = await read.document(shop, oddCaseKind, id);
      if (document === null) return null;
      const at = clock.now();
      const done = stepCase(document.body as OddCase, step, { by: actor, at });
      if (!done.ok || done.repeated) return done.ok ? { ok: true, odd: done.case } : done;
      const { kind, version } = document;
      const put = { type: "putDocument", kind, id, version, body: done.case, actor, at } as const;
      const outcome = await batcher.submit(put);
      if (isRefusal(outcome) && attempt < oddLimits.saveAttempts) continue;
      this.#readAt = Number.NEGATIVE_INFINITY;
      await this.#refresh();
      return { ok: true, odd: done.case };
    }
  }

  /**
   * Whether a buyer of a confirmed case may still order so much. It answers at once, of what was read last, so that
   * it costs an order nothing; what is older than some seconds is read again behind it.
   */
  refusalOf(command: Pick<Reserve, "buyer" | "lines">): Refusal | null {
    if (this.#options.clock.now() - this.#readAt > oddLimits.believedMs) void this.#refresh();
    const { buyer, lines } = command;
    if (buyer === null) return null;
    const limit = this.#limits.blocked.has(buyer) ? 0 : this.#limits.caps.get(buyer);
    if (limit === undefined) return null;
    const requested = lines.reduce((sum, { quantity }) => sum + quantity, 0);
    if (requested <= limit) return null;
    const [first] = lines;
    const sku = first !== undefined && "sku" in first ? (first.sku ?? "") : "";
    return { code: "purchase_limit", path: "buyer", sku, scope: "buyer", limit, already: 0, requested };
  }

  #refresh(): Promise<void> {
    this.#reading ??= readCases(this.#options)
      .then((cases) => {
        this.#limits = buyerLimits(cases.map(({ odd }) => odd));
      })
      .catch(() => {
        // The store is away: what was read last holds, and the next order asks again.
      })
      .finally(() => {
        this.#readAt = this.#options.clock.now();
        this.#reading = null;
      });
    return this.#reading;
  }
}
