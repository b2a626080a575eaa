import { mainWarehouse, mainWarehouseName } from "../../domain/catalog.ts";
import type { Command } from "../../domain/command.ts";
import type { Outcome } from "../../domain/outcome.ts";
import type { Instant } from "../../domain/rows.ts";
import { UnknownShop } from "../errors.ts";
import type { Days } from "../days.ts";
import type { Deliveries } from "../deliveries.ts";
import type { Activities } from "../activities.ts";
import type { OrderSides } from "../order-sides.ts";
import type { Photos } from "../photos.ts";
import type { Preview, Reads, Shop, ShopId, Store, Work } from "../store.ts";
import { Watchers } from "../watchers.ts";
import type { WorkEvents } from "../work-events.ts";
import { memoryDays } from "./days.ts";
import { memoryDeliveries } from "./deliveries.ts";
import { memoryActivities } from "./activities.ts";
import { memoryOrderSides } from "./order-sides.ts";
import { memoryPhotos } from "./photos.ts";
import { memoryReads } from "./reads.ts";
import { commitTo, copyState, newShopState, type ShopState } from "./state.ts";
import { memoryWork } from "./work.ts";
import { memoryWorkEvents } from "./work-events.ts";

/**
 * The model: the port over plain maps. Nothing outlives the process. The other stores are held against it, row
 * by row, so it takes the plainest way everywhere.
 */
export class MemoryStore implements Store {
  readonly kind = "memory";
  readonly splitFromCommands = Number.POSITIVE_INFINITY;
  readonly read: Reads;
  readonly work: Work;
  readonly activities: Activities;
  readonly deliveries: Deliveries;
  readonly days: Days;
  readonly workEvents: WorkEvents;
  readonly photos: Photos;
  readonly orderSides: OrderSides;
  readonly #shops = new Map<ShopId, ShopState>();
  readonly #watchers = new Watchers();

  constructor() {
    this.read = memoryReads((shop) => this.state(shop));
    this.work = memoryWork((shop) => this.state(shop));
    this.activities = memoryActivities(
      (shop) => this.state(shop),
      (shop) => this.#watchers.wake(shop),
    );
    this.deliveries = memoryDeliveries((shop) => this.state(shop));
    this.photos = memoryPhotos((shop) => this.state(shop));
    this.orderSides = memoryOrderSides((shop) => this.state(shop));
    this.days = memoryDays((shop) => this.state(shop));
    this.workEvents = memoryWorkEvents(
      (shop) => this.state(shop),
      (shop) => this.#watchers.wake(shop),
    );
  }

  /** The shop's own maps, for tests that look inside or break something. @throws UnknownShop */
  state(shop: ShopId): ShopState {
    const state = this.#shops.get(shop);
    if (state === undefined) throw new UnknownShop(shop);
    return state;
  }

  async migrate(): Promise<void> {
    // Maps have no schema.
  }

  async createShop(shop: Omit<Shop, "shop">): Promise<Shop> {
    const created: Shop = { ...shop, shop: this.#shops.size + 1 };
    this.#shops.set(
      created.shop,
      newShopState(created, { warehouse: mainWarehouse, name: mainWarehouseName }),
    );
    return created;
  }

  async updateShop(shop: ShopId, change: Partial<Omit<Shop, "shop" | "createdAt">>): Promise<Shop> {
    const state = this.state(shop);
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    state.shop = { ...state.shop, ...given };
    return state.shop;
  }

  async shops(): Promise<readonly Shop[]> {
    return [...this.#shops.values()].map((state) => state.shop);
  }

  async commit(shop: ShopId, commands: readonly Command[], at: Instant): Promise<readonly Outcome[]> {
    const { outcomes, moved } = commitTo(this.state(shop), commands, at);
    if (moved) this.#watchers.wake(shop);
    return outcomes;
  }

  async openPreview(shop: ShopId): Promise<Preview> {
    const copy = copyState(this.state(shop));
    return {
      commit: async (commands, at) => commitTo(copy, commands, at).outcomes,
      read: memoryReads(() => copy),
      close: () => Promise.resolve(),
    };
  }

  watch(shop: ShopId, wake: () => void): () => void {
    return this.#watchers.add(shop, wake);
  }

  async close(): Promise<void> {
    this.#watchers.clear();
  }
}
