import type { JournalEntry, ShopId } from "../../src/store/store.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { storeContract } from "./contract.ts";
import type { Tamper } from "./harness.ts";

storeContract(
  "memory",
  async () => {
    const store = new MemoryStore();
    await store.migrate();
    return { store, openOther: null, raw: null, tamper: mapTamper(store), close: () => store.close() };
  },
  100,
);

/** Breaks the maps themselves. */
function mapTamper(store: MemoryStore): Tamper {
  const changeEntry = (shop: ShopId, seq: number, change: (entry: JournalEntry) => JournalEntry[]): void => {
    const state = store.state(shop);
    state.journal = state.journal.flatMap((entry) => (entry.seq === seq ? change(entry) : [entry]));
  };
  return {
    balance: async (shop, sku) => {
      const { stocks } = store.state(shop);
      const broken = (stocks.get(sku) ?? []).map((stock) => {
        return { ...stock, available: stock.available + 1, supplier: stock.supplier - 1 };
      });
      stocks.set(sku, broken);
    },
    movementQuantity: async (shop, seq) =>
      changeEntry(shop, seq, (entry) => [{ ...entry, quantity: entry.quantity + 1 }]),
    deleteMovement: async (shop, seq) => changeEntry(shop, seq, () => []),
    repeatMovement: async (shop, seq) =>
      changeEntry(shop, seq, (entry) => [entry, { ...entry, seq: entry.seq + 1 }]),
    lineStage: async (shop, sku) => {
      const { lines } = store.state(shop);
      for (const [key, line] of lines) {
        if (line.sku === sku && line.stage === "created") lines.set(key, { ...line, stage: "paid" });
      }
    },
    placement: async (shop, sku) => {
      const { placements } = store.state(shop);
      const broken = (placements.get(sku) ?? []).map((one) => ({ ...one, quantity: one.quantity + 1 }));
      placements.set(sku, broken);
    },
    rollup: async (shop, sku) => {
      const { sales } = store.state(shop);
      for (const [key, sale] of sales) if (sale.sku === sku) sales.set(key, { ...sale, sold: sale.sold + 1 });
    },
  };
}
