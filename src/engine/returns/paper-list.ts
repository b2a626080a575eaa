import type { Instant } from "../../domain/rows.ts";
import type { Papers } from "../papers.ts";

const dayMs = 86_400_000;

/** Papers that were begun longer ago are found by their name alone. */
export const listedDaysMax = 180;
const charsOfTime = 9;

/** The name of a new paper: by its names papers stand in the order of their beginnings. @param random of a few letters */
export function paperId(letter: string, at: Instant, random: string): string {
  return `${letter}${at.toString(36).padStart(charsOfTime, "0")}${random}`;
}

function begunAt(id: string): Instant {
  return Number.parseInt(id.slice(1, 1 + charsOfTime), 36);
}

/** Every paper of a kind that was begun of late, as it is now: read again only where it has changed. */
export class PaperList<State> {
  readonly #papers: Pick<Papers<State, unknown>, "heads" | "at">;
  readonly #letter: string;
  readonly #kept = new Map<string, { readonly seq: number; readonly state: State | null }>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(papers: Pick<Papers<State, unknown>, "heads" | "at">, letter: string) {
    this.#papers = papers;
    this.#letter = letter;
  }

  /** The latest first. */
  async all(now: Instant): Promise<readonly State[]> {
    const run = (): Promise<readonly State[]> => this.#all(now - listedDaysMax * dayMs);
    const turn = this.#turn.then(run, run);
    this.#turn = turn;
    return turn;
  }

  async #all(since: Instant): Promise<readonly State[]> {
    const found: State[] = [];
    const heads = [...(await this.#papers.heads())]
      .filter(([id]) => id.startsWith(this.#letter) && begunAt(id) >= since)
      .toSorted(([a], [b]) => (a < b ? 1 : -1));
    for (const [id, seq] of heads) {
      const kept = this.#kept.get(id);
      const state = kept?.seq === seq ? kept.state : await this.#papers.at(id, seq);
      if (kept?.seq !== seq) this.#kept.set(id, { seq, state });
      if (state !== null) found.push(state);
    }
    return found;
  }
}
