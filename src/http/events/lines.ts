import { isUtf8 } from "node:buffer";

/** One line of a stream: its text, or why it has none. */
export type StreamLine =
  | { readonly text: string }
  | { readonly broken: "invalid_encoding" | "line_too_long" };

const newline = 0x0a;
const byteOrderMark = "\ufeff";

/**
 * Cuts bytes into lines. Lines are cut before they are decoded, so a character that two chunks share is
 * whole again, and one that is broken breaks its own line only. A line that is too long is dropped as it
 * comes: memory stays bounded whatever is sent.
 */
export class LineSplitter {
  readonly #lineBytesMax: number;
  /** Pieces of a line whose end has not come. */
  #pieces: Buffer[] = [];
  #bytes = 0;
  #tooLong = false;
  #first = true;

  constructor(lineBytesMax: number) {
    this.#lineBytesMax = lineBytesMax;
  }

  /** The lines that end in this chunk, in order; empty ones too. */
  push(chunk: Buffer): StreamLine[] {
    const last = chunk.lastIndexOf(newline);
    if (last === -1) {
      this.#keep(chunk);
      return [];
    }
    const first = chunk.indexOf(newline);
    this.#keep(chunk.subarray(0, first));
    const lines: StreamLine[] = [this.#end()];
    if (last > first) this.#whole(chunk.subarray(first + 1, last), lines);
    this.#keep(chunk.subarray(last + 1));
    return lines;
  }

  /** The last line, when it has no newline of its own. */
  finish(): StreamLine[] {
    return this.#bytes === 0 && !this.#tooLong ? [] : [this.#end()];
  }

  #keep(piece: Buffer): void {
    if (piece.length === 0 || this.#tooLong) return;
    this.#bytes += piece.length;
    if (this.#bytes > this.#lineBytesMax) {
      this.#tooLong = true;
      this.#pieces = [];
      return;
    }
    this.#pieces.push(piece);
  }

  #end(): StreamLine {
    const line = this.#tooLong ? { broken: "line_too_long" as const } : this.#decode(this.#joined());
    this.#pieces = [];
    this.#bytes = 0;
    this.#tooLong = false;
    return line;
  }

  #joined(): Buffer {
    const [only] = this.#pieces;
    return only !== undefined && this.#pieces.length === 1 ? only : Buffer.concat(this.#pieces);
  }

  /** Complete lines between two newlines, decoded at once where all of them are sound. */
  #whole(bytes: Buffer, lines: StreamLine[]): void {
    if (isUtf8(bytes)) {
      for (const text of bytes.toString("utf8").split("\n")) {
        lines.push(this.#isTooLong(text) ? { broken: "line_too_long" } : { text });
      }
      return;
    }
    for (let start = 0; start <= bytes.length;) {
      const found = bytes.indexOf(newline, start);
      const end = found === -1 ? bytes.length : found;
      const line = bytes.subarray(start, end);
      lines.push(line.length > this.#lineBytesMax ? { broken: "line_too_long" } : this.#decode(line));
      start = end + 1;
    }
  }

  #isTooLong(text: string): boolean {
    return text.length * 3 > this.#lineBytesMax && Buffer.byteLength(text) > this.#lineBytesMax;
  }

  #decode(bytes: Buffer): StreamLine {
    if (!isUtf8(bytes)) return { broken: "invalid_encoding" };
    const text = bytes.toString("utf8");
    const isFirst = this.#first;
    this.#first = false;
    return { text: isFirst && text.startsWith(byteOrderMark) ? text.slice(1) : text };
  }
}
