/** Times of a barcode gun that types, in milliseconds. */
export const wedgeLimits = {
  /** A gun types its characters this close together, a person does not. */
  gapMsMax: 45,
  /** Shorter than this is a person who hit two keys at once. */
  charsMin: 3,
  charsMax: 200,
  /** After the last character or Enter: is there more? Two scans of one person are further apart. */
  settleMs: 70,
} as const;

export type Burst =
  | { readonly kind: "code"; readonly code: string }
  /** More than one code in one burst: nobody knows which was meant. */
  | { readonly kind: "several"; readonly codes: readonly string[] }
  /** What a person typed, for the field that is open. */
  | { readonly kind: "typed"; readonly keys: readonly string[] };

/**
 * Tells a barcode gun that plays a keyboard from a person at one, whatever has the focus. It is given every key with
 * its time and says what a burst was once it is over.
 */
export class Wedge {
  #codes: string[] = [];
  #now = "";
  #lastAt = Number.NEGATIVE_INFINITY;
  #fast = true;

  /** Whether the burst so far can only be a gun's. */
  get isGun(): boolean {
    return this.#fast && (this.#now.length >= wedgeLimits.charsMin || this.#codes.length > 0);
  }

  get isEmpty(): boolean {
    return this.#now === "" && this.#codes.length === 0;
  }

  /** @param key as in `KeyboardEvent.key`: one character, `Enter` or `Tab` */
  key(key: string, at: number): void {
    if (!this.isEmpty && at - this.#lastAt > wedgeLimits.gapMsMax) this.#fast = false;
    this.#lastAt = at;
    if (key === "Enter" || key === "Tab") {
      if (this.#now !== "") this.#codes.push(this.#now);
      this.#now = "";
    } else if (this.#now.length < wedgeLimits.charsMax) {
      this.#now += key;
    }
  }

  /** The burst is over. Null: there was none. */
  take(): Burst | null {
    const codes = this.#now === "" ? this.#codes : [...this.#codes, this.#now];
    const fast = this.#fast;
    this.#codes = [];
    this.#now = "";
    this.#fast = true;
    this.#lastAt = Number.NEGATIVE_INFINITY;
    const [first] = codes;
    if (first === undefined) return null;
    if (!fast || codes.every((code) => code.length < wedgeLimits.charsMin))
      return { kind: "typed", keys: Array.from(codes.join("")) };
    return codes.length > 1 ? { kind: "several", codes } : { kind: "code", code: first };
  }
}
