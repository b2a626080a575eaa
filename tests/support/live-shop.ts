import assert from "node:assert/strict";
import type { Command } from "../../src/domain/command.ts";
import { hostScreenDefault, type Slot } from "../../src/domain/live/session.ts";
import { hourMs } from "../../src/domain/live/time.ts";
import { isRefusal } from "../../src/domain/outcome.ts";
import { Shops, openShop, type OpenShop } from "../../src/engine/shops.ts";
import { liveJob } from "../../src/jobs/live.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import type { Store } from "../../src/store/store.ts";
import { FakeClock } from "./fake-clock.ts";

const log = {
  info() {},
  warn() {},
  error(data: object, message?: string) {
    assert.fail(`${message}: ${JSON.stringify(data)}`);
  },
};

/** A shop whose session `s1` sells on `douyin`, with a clock that stands until it is moved. */
export class LiveShop {
  readonly store: Store;
  readonly clock: FakeClock;
  readonly shop: OpenShop;
  readonly #job = liveJob(log);
  #orders = 0;

  private constructor(store: Store, clock: FakeClock, shop: OpenShop) {
    this.store = store;
    this.clock = clock;
    this.shop = shop;
  }

  /** @param stock units of each SKU */
  static async with(
    stock: Readonly<Record<string, number>>,
    store: Store = new MemoryStore(),
  ): Promise<LiveShop> {
    const clock = new FakeClock();
    await openShop(store, clock);
    const made = new LiveShop(store, clock, await new Shops({ store, clock, log }).open(1));
    const channel = { channel: "douyin", platform: "douyin", name: "抖音", warehouses: ["main"] };
    await made.submit({ type: "putChannel", ...made.by(), channel });
    const items = Object.keys(stock).map((code) => ({ code, name: `商品${code}`, price: 9_900 }));
    await made.submit({ type: "putSkus", ...made.by(), items });
    const lines = Object.entries(stock).map(([sku, quantity]) => ({ sku, quantity }));
    const receipt = { key: "opening", opening: true, warehouse: "main", lines };
    await made.submit({ type: "receive", ...made.by(), ...receipt });
    return made;
  }

  by() {
    return { actor: "小林", at: this.clock.now() };
  }

  async submit(command: Command): Promise<void> {
    const outcome = await this.shop.batcher.submit(command);
    assert.equal(isRefusal(outcome), false, JSON.stringify(outcome));
  }

  async goLive(...slots: readonly Slot[]): Promise<void> {
    const now = this.clock.now();
    const times = { startsAt: now, endsAt: now + 4 * hourMs };
    const plan = { id: "s1", title: "晚场", channels: ["douyin"], rooms: [], hostScreen: hostScreenDefault };
    assert.ok((await this.shop.sessions.create({ ...plan, ...times, slots }, this.by())).ok);
    await this.#life("go_live", "draft", "live");
    await this.turn();
  }

  end(): Promise<void> {
    return this.#life("end", "live", "ended");
  }

  async #life(step: "go_live" | "end", from: "draft" | "live", to: "live" | "ended"): Promise<void> {
    await this.shop.sessions.act("s1", () => [
      { kind: "life", ...this.by(), body: { step, from, to, reason: "x" } },
    ]);
  }

  /** One turn of the live job. */
  async turn(): Promise<void> {
    const now = this.clock.now();
    const signal = new AbortController().signal;
    await this.#job.run({ shop: this.shop, now, until: now + 30_000, signal });
  }

  async pass(ms: number): Promise<void> {
    this.clock.jump(ms);
    await this.turn();
  }

  /** An order of the session. @returns its id */
  async sell(sku: string, quantity = 1, stage: "created" | "paid" = "paid"): Promise<string> {
    this.#orders += 1;
    const orderId = `o${this.#orders}`;
    const lines = [{ lineId: "1", sku, quantity, amount: quantity * 100 }];
    const order = { channel: "douyin", orderId, buyer: null, session: "s1", stage, lines };
    await this.submit({ type: "reserve", ...this.by(), ...order });
    return orderId;
  }

  cancel(orderId: string): Promise<void> {
    return this.submit({ type: "cancel", ...this.by(), channel: "douyin", orderId });
  }
}
