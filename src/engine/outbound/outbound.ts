import { cellKey } from "../../domain/floor/shelf.ts";
import { hourMs } from "../../domain/live/time.ts";
import { foldWaveAll } from "../../domain/outbound/fold.ts";
import { planPicks, wantKey } from "../../domain/outbound/plan.ts";
import { scanWords, tasksToCount } from "../../domain/outbound/scan.ts";
import {
  linesInWave,
  traceWave,
  type Trace,
  type Wave,
  type WaveEvent,
  type WaveFact,
} from "../../domain/outbound/wave.ts";
import { orderKeyOf } from "../../domain/odd/detect.ts";
import { isStaging, stagingPrefix } from "../../domain/place.ts";
import type { Instant, Line } from "../../domain/rows.ts";
import type { ShopId, Store } from "../../store/store.ts";
import type { WorkEvent } from "../../store/work-events.ts";
import { readHeldOrders, type HeldBy } from "../after-live/odd-orders.ts";
import type { Batcher } from "../batcher.ts";
import type { Clock } from "../clock.ts";
import { refusedItem, type ItemAnswer } from "../counts/answers.ts";
import type { Counts } from "../counts/counts.ts";
import { toldBefore } from "../counts/late.ts";
import { whenOf, type Device } from "../counts/times.ts";
import { Papers, type PaperActed, type Who } from "../papers.ts";
import { isRefused, refuse, type Refused } from "../refused.ts";
import type { Sessions } from "../sessions/sessions.ts";
import { bookMoves, isBooked, tellParcel, type ToldBefore } from "./booking.ts";
import { followOrder } from "./follow.ts";
import { holdOf, openReviewOf, type Hold } from "./holds.ts";
import { newWaveId, RecentWaves } from "./recent.ts";
import { decideParcel, type ParcelRequest } from "./shipping.ts";
import { WaveTaking, zoneRefusals, type OutboundEntry } from "./taking.ts";
import { pickSource, planWave, type FloorFacts, type WavePlan, type WaveRequest } from "./want.ts";

export const systemActor = "system:outbound";

export const outboundLimits = {
  journalPage: 1_000,
  /** An order costs as much to read as so many entries of the journal. */
  entriesPerOrder: 8,
  /** Waves that were opened since have their movements looked at again, in case a stop kept them from the books. */
  bookHours: 48,
  /** Orders read at once. */
  readsAtOnce: 32,
  /** Orders that a case holds back are believed for so long, but not when something is planned or sent. */
  heldMsMax: 3_000,
} as const;

export interface OutboundOptions {
  readonly store: Pick<Store, "read" | "workEvents">;
  readonly shop: ShopId;
  readonly clock: Clock;
  readonly batcher: Pick<Batcher, "submit" | "submitAll">;
  readonly counts: Pick<Counts, "open" | "standing" | "list" | "priceOf" | "outcomeOf">;
  readonly sessions: Pick<Sessions, "known" | "get">;
  readonly floor: FloorFacts;
}

export interface OpenWave extends WaveRequest {
  readonly stagingBin: string;
  readonly purpose: string;
}

type Taken = { readonly ok: true; readonly results: readonly ItemAnswer[]; readonly wave: Wave };

export const unknownWave: Refused = refuse("unknown_wave", {
  zh: "没有这张拣货单",
  en: "There is no such pick list",
});

/** Pick lists, what is carried for them, and the parcels that leave. */
export class Outbound {
  readonly #options: OutboundOptions;
  readonly #papers: Papers<Wave, WaveFact>;
  readonly #recent: RecentWaves;
  /** Which carryings of a wave, by their place, the books have. */
  readonly #booked = new Map<string, Set<number>>();
  readonly #waiting = new Map<string, number>();
  readonly #sent = new Set<string>();
  readonly #told: ToldBefore = (movement) => toldBefore(this.#options.counts, movement);
  #seq: number | null = null;
  /** Waves of which every order was looked at once. */
  readonly #synced = new Set<string>();
  #held: { readonly orders: ReadonlyMap<string, HeldBy>; readonly at: Instant } | null = null;
  #heldSeen: ReadonlySet<string> = new Set();
  #followed: Promise<unknown> = Promise.resolve();
  /** Plans and parcels are made one after the other: no unit is wanted twice, no waybill used twice. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: OutboundOptions) {
    this.#options = options;
    const { store, shop, clock } = options;
    this.#papers = new Papers({ store, shop, kind: "outbound", fold: foldEvents });
    this.#recent = new RecentWaves(this.#papers, clock);
  }

  get(id: string): Promise<Wave | null> {
    return this.#papers.get(id);
  }

  /** The latest first. */
  async list(limit: number): Promise<readonly Wave[]> {
    const ids = (await this.#recent.ids(0)).toReversed().slice(0, limit);
    const waves: Wave[] = [];
    for (const [id, seq] of ids) {
      const wave = await this.#papers.at(id, seq);
      if (wave !== null) waves.push(wave);
    }
    return waves;
  }

  /** Carryings of a wave that the books do not take: by them the units stand elsewhere. */
  waitingOf(wave: string): number {
    return this.#waiting.get(wave) ?? 0;
  }

  /** What a wave would be, with nothing written. */
  async preview(request: WaveRequest): Promise<WavePlan> {
    await this.follow();
    return this.#plan(request);
  }

  open(request: OpenWave, who: Who): Promise<PaperActed<Wave>> {
    return this.#inTurn(async () => {
      const { warehouse, stagingBin, purpose } = request;
      const refused = await this.#openProblem(request);
      if (refused !== null) return refused;
      await this.follow();
      const { lifeMsMin } = request;
      const { tasks, short } = await this.#plan(request);
      if (tasks.length === 0) {
        return refuse("nothing_to_pick", {
          zh: "没有可以拣的订单：可能都在拣、被扣住，或货不在本仓",
          en: "Nothing can be picked: the orders are on other lists, held back, or not in this warehouse",
        });
      }
      const body = { warehouse, stagingBin, purpose, lifeMsMin, tasks, short };
      const id = newWaveId(who.at, this.#options.clock);
      const opened = await this.#papers.act(id, () => [{ kind: "opened", body }], who);
      if (opened.ok) this.#recent.learn(opened.state);
      return opened;
    });
  }

  async #openProblem({ warehouse, stagingBin }: OpenWave): Promise<Refused | null> {
    const { store, shop } = this.#options;
    if ((await store.read.warehouses(shop)).every((one) => one.warehouse !== warehouse))
      return refuse("unknown_warehouse", { zh: "没有这个仓库", en: "There is no such warehouse" });
    if (isStaging(stagingBin)) return null;
    return refuse("staging_needed", {
      zh: `待发库位的名字要以“${stagingPrefix}”开头`,
      en: `The staging bin's name begins with ${stagingPrefix}`,
    });
  }

  /** Takes in what was done at shelves, and answers each: one that is refused keeps no other back. */
  async enter(
    id: string,
    entries: readonly OutboundEntry[],
    device: Device,
    who: Who,
  ): Promise<Taken | Refused> {
    await this.follow();
    const refused = await zoneRefusals(await this.#papers.get(id), entries, this.#options.floor);
    let results: ItemAnswer[] = [];
    const acted = await this.#papers.act(
      id,
      (state) => {
        if (state === null) return unknownWave;
        const taking = new WaveTaking(state, device, who);
        results = entries.map((entry) => refused.get(entry.id) ?? taking.take(entry));
        return taking.facts;
      },
      who,
    );
    if (!acted.ok) return acted;
    await this.#book(acted.state);
    return { ok: true, results, wave: await this.#tend(acted.state, who) };
  }

  /** Parcels leave, one after the other; each is answered. */
  ship(id: string, parcels: readonly ParcelRequest[], device: Device, who: Who): Promise<Taken | Refused> {
    return this.#inTurn(async () => {
      await this.follow();
      let wave = await this.#papers.get(id);
      if (wave === null) return unknownWave;
      await this.#book(wave);
      await this.#recent.live();
      await this.#readHeld(true);
      const results: ItemAnswer[] = [];
      for (const parcel of parcels) {
        const one = await this.#shipOne(wave, parcel, device, who);
        results.push(one.result);
        wave = one.wave;
      }
      return { ok: true, results, wave };
    });
  }

  async #shipOne(
    wave: Wave,
    parcel: ParcelRequest,
    device: Device,
    who: Who,
  ): Promise<{ readonly result: ItemAnswer; readonly wave: Wave }> {
    const { id } = parcel;
    const { known, hold } = await this.#order(parcel);
    const { waybills } = this.#recent;
    const totalOf = (key: string): number => this.#recent.totalOf(key);
    let result: ItemAnswer = { id, result: "applied" };
    const decide = (state: Wave | null): readonly WaveFact[] | Refused => {
      if (state === null) return unknownWave;
      result = { id, result: "applied" };
      if (state.entryIds.has(id)) {
        result = { id, result: "duplicate" };
        return [];
      }
      const when = whenOf(parcel, device, state.openedAt, who.at);
      const body = decideParcel(state, parcel, { known, hold, waybills, totalOf }, when.to);
      if (!isRefused(body)) return [{ kind: "shipped", body }];
      result = refusedItem(id, body.code, body.words);
      return [];
    };
    const acted = await this.#papers.act(wave.wave, decide, who);
    if (!acted.ok) return { result: refusedItem(id, acted.code, acted.words), wave };
    this.#recent.learn(acted.state);
    if (result.result === "applied") await this.#tellShipments(acted.state, known);
    return { result, wave: acted.state };
  }

  cancel(id: string, reason: string, who: Who): Promise<PaperActed<Wave>> {
    const decide = (state: Wave | null): readonly WaveFact[] | Refused => {
      if (state === null) return unknownWave;
      if (state.status !== "open") return refuse("wave_over", scanWords.wave_over);
      return [{ kind: "cancelled", body: { reason } }];
    };
    return this.#papers.act(id, decide, who);
  }

  /** Why nothing of an order may be sent now; null: it may. */
  async holdOf(order: { readonly channel: string; readonly orderId: string }): Promise<Hold | null> {
    return (await this.#order(order)).hold;
  }

  /** Units that were sent, the latest wave first. @param keep which rows; @param limit the most rows */
  async trace(
    keep: (row: Trace) => boolean,
    { since, limit }: { readonly since: Instant; readonly limit: number },
  ): Promise<readonly Trace[]> {
    const rows: Trace[] = [];
    for (const [id, seq] of (await this.#recent.ids(since)).toReversed()) {
      const wave = await this.#papers.at(id, seq);
      if (wave !== null) rows.push(...traceWave(wave).filter(keep));
      if (rows.length >= limit) break;
    }
    return rows.slice(0, limit);
  }

  /**
   * Looks at what the journal says of orders that are in waves, and lets the waves want no more than is owed.
   * @returns how many waves changed
   */
  follow(): Promise<number> {
    const run = (): Promise<number> => this.#follow();
    const turn = this.#followed.then(run, run);
    this.#followed = turn;
    return turn;
  }

  /** What a stop kept from the books is told them. @returns how much was found */
  async bookLeft(): Promise<number> {
    const { clock } = this.#options;
    let told = 0;
    for (const [id, seq] of await this.#recent.ids(clock.now() - outboundLimits.bookHours * hourMs)) {
      const wave = await this.#papers.at(id, seq);
      if (wave === null) continue;
      told += await this.#book(wave);
      told += await this.#tellShipments(wave, null);
      await this.#tend(wave, { actor: systemActor, at: clock.now() });
    }
    return told;
  }

  async #plan(request: WaveRequest): Promise<WavePlan> {
    const { store, shop, clock, floor, sessions } = this.#options;
    const live = await this.#recent.live();
    const facts = { live, held: await this.#readHeld(true), now: clock.now() };
    return planWave({ read: store.read, shop, floor, sessions }, request, facts);
  }

  async #readHeld(fresh = false): Promise<ReadonlyMap<string, HeldBy>> {
    const { store, shop, clock } = this.#options;
    const now = clock.now();
    if (fresh || this.#held === null || now - this.#held.at > outboundLimits.heldMsMax)
      this.#held = { orders: await readHeldOrders({ read: store.read, shop }), at: now };
    return this.#held.orders;
  }

  async #order(ref: {
    readonly channel: string;
    readonly orderId: string;
  }): Promise<{ readonly known: readonly Line[]; readonly hold: Hold | null }> {
    const { store, shop, sessions } = this.#options;
    const held = await this.#readHeld();
    const known = await store.read.order(shop, ref.channel, ref.orderId);
    const review = await openReviewOf(sessions, known);
    return { known, hold: holdOf(known, held.get(orderKeyOf(ref)), review) };
  }

  async #follow(): Promise<number> {
    const { store, shop } = this.#options;
    const live = await this.#recent.live();
    const { seq: head } = await store.read.head(shop);
    if (live.length === 0) {
      this.#seq = head;
      return 0;
    }
    const held = await this.#readHeld();
    const fresh = new Set([...held.keys()].filter((key) => !this.#heldSeen.has(key)));
    this.#heldSeen = new Set(held.keys());
    const inWaves = live.map((wave) => ({ wave: wave.wave, orders: ordersOf(wave) }));
    const most = inWaves.reduce((sum, { orders }) => sum + orders.size, 0) * outboundLimits.entriesPerOrder;
    const behind = head - (this.#seq ?? head);
    // Of a shop that sells fast the orders in waves are fewer than what was written.
    const isFar = behind > Math.max(outboundLimits.journalPage, most);
    const touched = isFar ? { seq: head, orders: null } : await this.#touchedSince(this.#seq ?? head);
    this.#seq = touched.seq;
    const due = new Set<string>();
    for (const { wave, orders } of inWaves) {
      // Of a wave that another node has opened nobody here knows what came between.
      const whole = touched.orders === null || !this.#synced.has(wave);
      this.#synced.add(wave);
      for (const key of orders) if (whole || touched.orders?.has(key) || fresh.has(key)) due.add(key);
    }
    let changed = 0;
    for (const key of due) {
      const waves = inWaves.filter(({ orders }) => orders.has(key)).map(({ wave }) => wave);
      changed += await this.#followOne(key, waves);
    }
    return changed;
  }

  async #touchedSince(
    after: number,
  ): Promise<{ readonly seq: number; readonly orders: ReadonlySet<string> }> {
    const { store, shop } = this.#options;
    const orders = new Set<string>();
    for (let seq = after; ;) {
      const page = await store.read.journal(shop, { after: seq, limit: outboundLimits.journalPage });
      for (const { channel, orderId } of page)
        if (channel !== null && orderId !== null) orders.add(orderKeyOf({ channel, orderId }));
      seq = page.at(-1)?.seq ?? seq;
      if (page.length < outboundLimits.journalPage) return { seq, orders };
    }
  }

  async #followOne(key: string, waves: readonly string[]): Promise<number> {
    const { clock } = this.#options;
    const [channel = "", orderId = ""] = key.split("\u0000");
    const { known, hold } = await this.#order({ channel, orderId });
    // Each wave may have gone on since it was read.
    const now: Wave[] = [];
    for (const wave of waves) {
      const state = await this.#papers.get(wave);
      if (state !== null) now.push(state);
    }
    const keys = new Set(
      now.flatMap((wave) =>
        [...linesInWave(wave)].filter(([, { want }]) => orderKeyOf(want) === key).map(([name]) => name),
      ),
    );
    const lines = new Map(known.map((line) => [wantKey(line), line]));
    const totalOf = (name: string): number => this.#recent.totalOf(name);
    const facts = followOrder(now, { lines, hold, totalOf }, keys);
    const who = { actor: systemActor, at: clock.now() };
    for (const [id, own] of facts) {
      const seq = now.find(({ wave }) => wave === id)?.seq;
      let isLate = false;
      const decide = (state: Wave | null): readonly WaveFact[] => {
        isLate = state?.seq !== seq;
        return isLate ? [] : own;
      };
      const acted = await this.#papers.act(id, decide, who);
      if (acted.ok) this.#recent.learn(acted.state);
      // Somebody was faster: the wave is looked at again, as it is now.
      if (isLate) this.#synced.delete(id);
    }
    return facts.size;
  }

  async #book(wave: Wave): Promise<number> {
    const booked = this.#booked.get(wave.wave) ?? new Set<number>();
    this.#booked.set(wave.wave, booked);
    const before = booked.size;
    if (before === wave.moves.length) return 0;
    const { batcher, clock } = this.#options;
    const waiting = await bookMoves(wave, booked, batcher, { told: this.#told, at: clock.now() });
    if (waiting === 0) this.#waiting.delete(wave.wave);
    else this.#waiting.set(wave.wave, waiting);
    return booked.size - before;
  }

  /** @param known the order's lines, where they are of one order alone that was just read */
  async #tellShipments(wave: Wave, known: readonly Line[] | null): Promise<number> {
    const { batcher, clock } = this.#options;
    let told = 0;
    for (const one of wave.shipments) {
      const name = `${wave.wave} ${one.shipment}`;
      if (this.#sent.has(name) || one.waybill === "") continue;
      const isOf = known?.[0]?.channel === one.channel && known[0].orderId === one.orderId;
      const lines = isOf ? known : (await this.#order(one)).known;
      if (!isBooked(one, lines)) {
        if (!(await tellParcel(wave, one, lines, batcher, { told: this.#told, at: clock.now() }))) continue;
        told += 1;
      }
      this.#sent.add(name);
    }
    return told;
  }

  /** Asks for counts of shelves that had fewer, and plans anew what was not there. */
  async #tend(wave: Wave, who: Who): Promise<Wave> {
    let state = await this.#askCounts(wave, who);
    if (state.lost.length === 0) return state;
    const { store, shop, clock, floor } = this.#options;
    const live = await this.#recent.live();
    const without = new Set(
      live.flatMap((one) => one.tasks.filter((task) => task.missing > 0)).map(({ cell }) => cellKey(cell)),
    );
    const facts = { live, now: clock.now() };
    const source = await pickSource({ read: store.read, shop, floor }, state.lost, state, facts, without);
    const decide = (now: Wave | null): readonly WaveFact[] | Refused => {
      if (now === null) return unknownWave;
      if (now.lost.length === 0) return [];
      return [{ kind: "replanned", body: planPicks(now.lost, source, now.tasks.length) }];
    };
    const acted = await this.#papers.act(wave.wave, decide, who);
    if (acted.ok) state = acted.state;
    return state;
  }

  async #askCounts(wave: Wave, who: Who): Promise<Wave> {
    let state = wave;
    for (const { task, cell } of tasksToCount(wave)) {
      const { warehouse, bin, sku } = cell;
      const asked = await this.#options.counts.open(
        {
          kind: "spot",
          warehouse,
          bins: [bin],
          skus: [sku],
          blind: true,
          tolerance: null,
          request: `wave/${wave.wave}/${task}`,
          purpose: `拣货缺件 · short pick · ${wave.wave}`,
        },
        who,
      );
      // Somebody may count just that already.
      const known = asked.ok || asked.code !== "sheet_open" ? "" : (asked.line ?? "");
      const sheet = asked.ok ? asked.state.spec.sheet : known;
      const decide = (now: Wave | null): readonly WaveFact[] | Refused => {
        if (now === null) return unknownWave;
        const isAsked = now.counts.some((one) => one.task === task);
        return isAsked ? [] : [{ kind: "counted", body: { task, sheet } }];
      };
      const acted = await this.#papers.act(wave.wave, decide, who);
      if (acted.ok) state = acted.state;
    }
    return state;
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(run, run);
    this.#turn = turn;
    return turn;
  }
}

/** The orders that a wave still has something of, by `orderKeyOf`. */
function ordersOf(wave: Wave): ReadonlySet<string> {
  const lines = [...linesInWave(wave).values()].filter(({ open, staged }) => open + staged > 0);
  return new Set(lines.map(({ want }) => orderKeyOf(want)));
}

function foldEvents(id: string, wave: Wave | null, events: readonly WorkEvent[]): Wave | null {
  return foldWaveAll(
    events.map(
      ({ seq, at, actor, body }) => ({ ...(body as WaveFact), wave: id, seq, at, actor }) as WaveEvent,
    ),
    wave,
  );
}
