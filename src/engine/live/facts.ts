import { plannedSkus, type SessionPlan } from "../../domain/live/session.ts";
import { minuteMs } from "../../domain/live/time.ts";
import { noPolicyBook, type PolicyBook } from "../../domain/live/policy.ts";
import type { HostWords } from "../../domain/live/playbook.ts";
import type { Channel, Instant } from "../../domain/rows.ts";
import type { RoomSample } from "../../store/activities.ts";
import type { ShopId, Store } from "../../store/store.ts";
import { readHostWords, readPolicies } from "../live-settings.ts";
import { stockOfItem, stockOfRows, type SkuStock } from "./stock.ts";

/** What a session's screens are made of, beside its sales and its timeline: followed, not read anew. */

const changesPerPage = 1_000;
/** What people rarely change is believed for so long. */
const settingsMs = 10_000;
const samplesMs = 5_000;
const samplesBackMs = 66 * minuteMs;
/** A room's number may still be corrected for so long. */
const samplesLateMs = 3 * minuteMs;
const samplesMax = 20_000;
const pendingSkusMax = 50;

type Reading = Pick<Store, "read" | "activities">;

/** The stock of the planned products. */
export class PlannedStock {
  readonly stocks = new Map<string, SkuStock>();
  /** The journal's number that `stocks` are true for. */
  seq = 0;
  #begun = false;

  /** Reads what changed. */
  async follow({ read }: Reading, shop: ShopId, plan: SessionPlan, now: Instant): Promise<void> {
    const planned = new Set(plannedSkus(plan));
    for (const sku of this.stocks.keys()) if (!planned.has(sku)) this.stocks.delete(sku);
    // First the number, then the rows: what is written in between is read again below.
    if (!this.#begun) this.seq = (await read.head(shop)).seq;
    this.#begun = true;
    const missing = [...planned].filter((sku) => !this.stocks.has(sku));
    const rows = await Promise.all(missing.map((sku) => read.sku(shop, sku)));
    for (const found of rows) if (found !== null) this.stocks.set(found.sku.sku, stockOfRows(found));
    for (let more = true; more;) {
      const page = await read.changesSince(shop, this.seq, now, changesPerPage);
      for (const item of page.items) if (planned.has(item.sku)) this.stocks.set(item.sku, stockOfItem(item));
      more = page.more && page.seq > this.seq;
      this.seq = Math.max(this.seq, page.seq);
    }
  }
}

/** Settings and channels of the shop, and units that wait for a confirmation: read every few seconds. */
export class SlowFacts {
  policies: PolicyBook = noPolicyBook;
  words: HostWords = {};
  channels: readonly Channel[] = [];
  /** Rises when a setting is another. */
  version = "";
  readonly #pending = new Map<string, number>();
  #readAt = Number.NEGATIVE_INFINITY;

  pending(sku: string): number {
    return this.#pending.get(sku) ?? 0;
  }

  async refresh(store: Reading, shop: ShopId, stocks: Iterable<SkuStock>, now: Instant): Promise<void> {
    if (now - this.#readAt < settingsMs) return;
    this.#readAt = now;
    const [policies, words, channels] = await Promise.all([
      readPolicies(store, shop),
      readHostWords(store, shop),
      store.read.channels(shop),
    ]);
    this.policies = policies.value;
    this.words = words.value;
    this.channels = channels;
    this.version = `${policies.version}/${words.version}/${channels.length}`;
    const holding = [...stocks].filter((stock) => stock.held > 0).toSorted((a, b) => b.held - a.held);
    this.#pending.clear();
    await Promise.all(
      holding.slice(0, pendingSkusMax).map(async ({ sku }) => {
        const { byChannel } = await store.read.holders(shop, sku, 1);
        let units = 0;
        for (const one of byChannel) if (one.place === "held" && one.stage === "pending") units += one.units;
        this.#pending.set(sku, units);
      }),
    );
  }
}

/** What the rooms of the session showed in the last 66 minutes, by time. */
export class RoomSamples {
  samples: readonly RoomSample[] = [];
  #readAt = Number.NEGATIVE_INFINITY;
  #rooms = "";

  /** New ones came: they are read at the next look. */
  touch(): void {
    this.#readAt = Number.NEGATIVE_INFINITY;
  }

  async refresh({ activities }: Reading, shop: ShopId, plan: SessionPlan, now: Instant): Promise<void> {
    if (now - this.#readAt < samplesMs) return;
    this.#readAt = now;
    const rooms = plan.rooms.map((room) => room.room);
    const names = rooms.join("\n");
    if (names !== this.#rooms) this.samples = [];
    this.#rooms = names;
    if (rooms.length === 0) return;
    const begins = now - samplesBackMs;
    const last = this.samples.at(-1)?.at ?? begins;
    const from = Math.max(begins, last - samplesLateMs);
    const to = now + minuteMs;
    const found = await activities.samples(shop, { rooms, from, to, limit: samplesMax });
    this.samples = [...this.samples.filter((one) => one.at >= begins && one.at < from), ...found];
  }
}
