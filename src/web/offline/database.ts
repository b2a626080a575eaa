import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { CounterSheet } from "../../api/counts.ts";
import type { InboundItem } from "../../api/inbound.ts";
import type { WaveSheet } from "../../api/outbound.ts";
import { newKey } from "../api.ts";
import {
  addSample,
  offlineLimits,
  type ClockSample,
  type CountRecord,
  type NewRecord,
  type RecordStore,
  type Settled,
} from "./records.ts";

const databaseName = "zaiku";
const databaseVersion = 3;
const dayMs = 86_400_000;

/** A product as far as a scan needs it. No quantity is kept: a blind count stays blind. */
export interface KeptGood {
  readonly sku: string;
  readonly code: string;
  readonly name: string;
  readonly barcodes: readonly string[];
  /** Its cases, the usual one first; a phone that kept goods before it knew of cases has none. */
  readonly packs?: readonly { readonly code: string; readonly units: number }[];
  /** Its lots, by the name on their labels. */
  readonly lots?: readonly string[];
}

interface Shape extends DBSchema {
  records: { key: number; value: CountRecord; indexes: { state: string; sheet: string } };
  /** What is being counted at this moment. */
  drafts: { key: string; value: unknown };
  sheets: { key: string; value: CounterSheet };
  waves: { key: string; value: WaveSheet };
  /** Receipts as a person may see them, by `receiptKey`. */
  receipts: { key: string; value: InboundItem };
  goods: { key: string; value: KeptGood };
  meta: { key: string; value: unknown };
}

function open(): Promise<IDBPDatabase<Shape>> {
  return openDB<Shape>(databaseName, databaseVersion, {
    upgrade(db, oldVersion) {
      if (oldVersion < 2) db.createObjectStore("waves");
      if (oldVersion < 3) db.createObjectStore("receipts");
      if (oldVersion >= 1) return;
      const records = db.createObjectStore("records", { keyPath: "number" });
      records.createIndex("state", "state");
      records.createIndex("sheet", "sheet");
      db.createObjectStore("drafts");
      db.createObjectStore("sheets");
      db.createObjectStore("goods", { keyPath: "sku" });
      db.createObjectStore("meta");
    },
  });
}

function receiptKey(person: string, receipt: string): string {
  return `${person}\u0000${receipt}`;
}

function receiptsOf(person: string): IDBKeyRange {
  return IDBKeyRange.bound(`${person}\u0000`, `${person}\u0001`);
}

export interface Step<Draft> {
  /** Null: nothing is being counted. */
  readonly draft: Draft | null;
  readonly records: readonly NewRecord[];
}

/** What this phone keeps, whatever happens to its page, its battery or the network. */
export class PhoneStore implements RecordStore {
  readonly #db: Promise<IDBPDatabase<Shape>> = open();

  /**
   * One thing that was done: the draft that it changes and the records that it makes are written together or not at
   * all, and are on the disk when this resolves.
   * @param make gets the number of what is done, and the draft as it stands
   */
  async step<Draft>(
    draftKey: string,
    make: (number: number, draft: Draft | null) => Step<Draft>,
  ): Promise<Draft | null> {
    const db = await this.#db;
    const tx = db.transaction(["records", "drafts", "meta"], "readwrite", { durability: "strict" });
    const meta = tx.objectStore("meta");
    const drafts = tx.objectStore("drafts");
    const last = ((await meta.get("number")) as number | undefined) ?? 0;
    const draft = ((await drafts.get(draftKey)) as Draft | undefined) ?? null;
    const next = make(last + 1, draft);
    let number = last + 1;
    const writes: Promise<unknown>[] = [];
    for (const record of next.records) {
      number += 1;
      writes.push(tx.objectStore("records").add({ ...record, number, state: "waiting", words: null }));
    }
    writes.push(meta.put(number, "number"));
    writes.push(next.draft === null ? drafts.delete(draftKey) : drafts.put(next.draft, draftKey));
    await Promise.all([...writes, tx.done]);
    return next.draft;
  }

  async draft<Draft>(draftKey: string): Promise<Draft | null> {
    return ((await (await this.#db).get("drafts", draftKey)) as Draft | undefined) ?? null;
  }

  async waiting(person: string): Promise<readonly CountRecord[]> {
    const all = await (await this.#db).getAllFromIndex("records", "state", "waiting");
    return all.filter((one) => one.person === person).toSorted((a, b) => a.number - b.number);
  }

  /** Records of other people that wait on this phone until they sign in again. */
  async waitingOfOthers(person: string): Promise<number> {
    const all = await (await this.#db).getAllFromIndex("records", "state", "waiting");
    return all.filter((one) => one.person !== person).length;
  }

  async ofSheet(sheet: string, person: string): Promise<readonly CountRecord[]> {
    const all = await (await this.#db).getAllFromIndex("records", "sheet", sheet);
    return all.filter((one) => one.person === person).toSorted((a, b) => a.number - b.number);
  }

  async settle(settled: readonly Settled[]): Promise<void> {
    const db = await this.#db;
    const tx = db.transaction("records", "readwrite");
    for (const { number, state, words } of settled) {
      const record = await tx.store.get(number);
      if (record !== undefined) await tx.store.put({ ...record, state, words });
    }
    await tx.done;
  }

  /** Forgets what the server has had for days. */
  async tidy(now: number): Promise<void> {
    const db = await this.#db;
    const tx = db.transaction("records", "readwrite");
    const before = now - offlineLimits.keepSentDays * dayMs;
    for (const one of await tx.store.index("state").getAll("sent"))
      if (one.at < before) await tx.store.delete(one.number);
    await tx.done;
  }

  async samples(): Promise<readonly ClockSample[]> {
    return ((await (await this.#db).get("meta", "clock")) as readonly ClockSample[] | undefined) ?? [];
  }

  async addSample(sample: ClockSample): Promise<void> {
    const tx = (await this.#db).transaction("meta", "readwrite");
    const before = ((await tx.store.get("clock")) as readonly ClockSample[] | undefined) ?? [];
    await tx.store.put(addSample(before, sample), "clock");
    await tx.done;
  }

  /** What this phone calls itself, for ever. */
  async device(): Promise<string> {
    const tx = (await this.#db).transaction("meta", "readwrite");
    const known = (await tx.store.get("device")) as string | undefined;
    const name = known ?? `phone-${newKey()}`;
    if (known === undefined) await tx.store.put(name, "device");
    await tx.done;
    return name;
  }

  async keepSheet(sheet: CounterSheet): Promise<void> {
    await (await this.#db).put("sheets", sheet, sheet.item.sheet);
  }

  async keptSheet(sheet: string): Promise<CounterSheet | null> {
    return (await (await this.#db).get("sheets", sheet)) ?? null;
  }

  async keptSheets(): Promise<readonly CounterSheet[]> {
    return (await this.#db).getAll("sheets");
  }

  async keepWave(wave: WaveSheet): Promise<void> {
    await (await this.#db).put("waves", wave, wave.item.wave);
  }

  async keptWave(wave: string): Promise<WaveSheet | null> {
    return (await (await this.#db).get("waves", wave)) ?? null;
  }

  async keptWaves(): Promise<readonly WaveSheet[]> {
    return (await this.#db).getAll("waves");
  }

  async forgetWave(wave: string): Promise<void> {
    await (await this.#db).delete("waves", wave);
  }

  /** What one person may see of a receipt is not shown to the next one on the same phone. */
  async keepReceipt(person: string, item: InboundItem): Promise<void> {
    await (await this.#db).put("receipts", item, receiptKey(person, item.receipt));
  }

  /** The receipts that are listed now take the place of those that were, but for those that wait to be opened. */
  async keepReceipts(person: string, items: readonly InboundItem[]): Promise<void> {
    const unsent = new Set((await this.waiting(person)).map(({ sheet }) => receiptKey(person, sheet)));
    const tx = (await this.#db).transaction("receipts", "readwrite");
    for (const key of await tx.store.getAllKeys(receiptsOf(person)))
      if (!unsent.has(key)) void tx.store.delete(key);
    for (const item of items) void tx.store.put(item, receiptKey(person, item.receipt));
    await tx.done;
  }

  async keptReceipt(person: string, receipt: string): Promise<InboundItem | null> {
    return (await (await this.#db).get("receipts", receiptKey(person, receipt))) ?? null;
  }

  /** The latest first. */
  async keptReceipts(person: string): Promise<readonly InboundItem[]> {
    return (await (await this.#db).getAll("receipts", receiptsOf(person))).toReversed();
  }

  async keepGoods(goods: readonly KeptGood[]): Promise<void> {
    const tx = (await this.#db).transaction("goods", "readwrite");
    await tx.store.clear();
    for (const good of goods) void tx.store.put(good);
    await tx.done;
  }

  async goods(): Promise<readonly KeptGood[]> {
    return (await this.#db).getAll("goods");
  }

  async keep(name: "session" | "goodsAt", value: unknown): Promise<void> {
    await (await this.#db).put("meta", value, name);
  }

  async kept<T>(name: "session" | "goodsAt"): Promise<T | null> {
    return ((await (await this.#db).get("meta", name)) as T | undefined) ?? null;
  }
}
