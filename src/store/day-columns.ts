import { packText, unpackText } from "../domain/packed.ts";
import type { DaySkuFigures } from "./days.ts";

/**
 * What all SKUs did on a day, as one text: a year of analyses reads a row a day and not a row for each SKU and day.
 * Before the blank line stand the SKUs, a line each; after it their figures, seven numbers a SKU, in as many bytes as
 * each needs, as base64.
 */

export type DayFigures = Omit<DaySkuFigures, "date" | "sku">;

const bytesPerRow = 24;
const numberBytesMax = 8;
const figuresPerRow = 7;

export function packFigures(rows: readonly DaySkuFigures[]): string {
  const writer = new NumberWriter(rows.length * bytesPerRow);
  for (const { closing, available, received, sold, amount, returned, shortage } of rows)
    for (const value of [closing, available, received, sold, amount, returned, shortage]) writer.add(value);
  return `${rows.map(({ sku }) => packText(sku)).join("\n")}\n\n${writer.text()}`;
}

/**
 * @param each is told of one SKU after the other. The figures are the same object each time: what is kept is copied.
 * @throws Error where the text is none that `packFigures` made
 */
export function unpackFigures(
  text: string,
  each: (sku: string, figures: Readonly<DayFigures>) => void,
): void {
  const end = text.lastIndexOf("\n\n");
  if (end <= 0) return;
  const reader = new NumberReader(text.slice(end + 2));
  const figures = { closing: 0, available: 0, received: 0, sold: 0, amount: 0, returned: 0, shortage: 0 };
  for (const packed of text.slice(0, end).split("\n")) {
    figures.closing = reader.next();
    figures.available = reader.next();
    figures.received = reader.next();
    figures.sold = reader.next();
    figures.amount = reader.next();
    figures.returned = reader.next();
    figures.shortage = reader.next();
    each(unpackText(packed), figures);
  }
}

/** Whole numbers of either sign, seven bits a byte, the low ones first; the sign is the lowest bit. */
class NumberWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(bytes: number) {
    this.#bytes = Buffer.allocUnsafe(bytes + figuresPerRow * numberBytesMax);
  }

  add(value: number): void {
    if (this.#length + numberBytesMax > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(this.#bytes.length * 2);
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    // Past 32 bits shifts would lose what is above: amounts are divided.
    let rest = value < 0 ? -2 * value - 1 : 2 * value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#put(128 + (rest % 128));
    this.#put(rest);
  }

  text(): string {
    return this.#bytes.toString("base64", 0, this.#length);
  }

  #put(byte: number): void {
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }
}

class NumberReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(base64: string) {
    this.#bytes = Buffer.from(base64, "base64");
  }

  next(): number {
    const bytes = this.#bytes;
    let at = this.#at;
    let byte = bytes[at];
    at += 1;
    // Most are small: they need no more than the first byte.
    let value = byte ?? 0;
    if (byte !== undefined && byte > 127) {
      value &= 127;
      for (let scale = 128; byte !== undefined && byte > 127; scale *= 128) {
        byte = bytes[at];
        at += 1;
        value += ((byte ?? 0) & 127) * scale;
      }
    }
    if (byte === undefined) throw new Error("The figures of a closed day are not whole.");
    this.#at = at;
    // The sign is the lowest bit; past 31 bits there are no bits to look at.
    const half = Math.floor(value / 2);
    return value - 2 * half === 0 ? half : -half - 1;
  }
}
