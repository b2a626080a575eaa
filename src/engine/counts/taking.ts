import { enterCount } from "../../domain/count/act.ts";
import type { CountEntry } from "../../domain/count/entry.ts";
import { foldSheet, type CountEvent, type CountFact, type Sheet } from "../../domain/count/sheet.ts";
import type { Floor } from "../../domain/floor/floor.ts";
import { cellKey } from "../../domain/floor/shelf.ts";
import { refusedItem, type ItemAnswer } from "./answers.ts";

/** Accepts entries one after the other on top of each other, with one copy of the sheet where that is enough. */
export class Taking {
  readonly facts: CountFact[] = [];
  readonly #floor: Floor;
  readonly #touched = new Set<string>();
  readonly #ids = new Set<string>();
  readonly #pending: CountFact[] = [];
  #sheet: Sheet;

  constructor(sheet: Sheet, floor: Floor) {
    this.#sheet = sheet;
    this.#floor = floor;
  }

  take(entry: CountEntry, queued: boolean): ItemAnswer {
    const { id } = entry;
    if (this.#ids.has(id) || this.#sheet.entryIds.has(id)) return { id, result: "duplicate" };
    // Only an entry for a cell that this request has touched must see what came before it.
    const key = cellKey(entry.cell);
    if (this.#touched.has(key)) this.#fold();
    const answer = enterCount(this.#sheet, this.#floor, entry, queued);
    if (!answer.ok) return refusedItem(id, answer.code, answer.words);
    this.#ids.add(id);
    this.#touched.add(key);
    this.facts.push(...answer.facts);
    this.#pending.push(...answer.facts);
    return { id, result: "applied" };
  }

  #fold(): void {
    for (const fact of this.#pending.splice(0)) {
      const { sheet } = this.#sheet.spec;
      const event = { ...fact, sheet, seq: this.#sheet.seq + 1, at: 0, actor: "" } as CountEvent;
      this.#sheet = foldSheet(this.#sheet, event) ?? this.#sheet;
    }
    this.#touched.clear();
  }
}
