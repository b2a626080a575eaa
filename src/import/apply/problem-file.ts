import { createWriteStream, type WriteStream } from "node:fs";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import { rejectFile } from "../reject-file.ts";
import type { ListedRow } from "./result.ts";

/** Writes the rows that somebody should look at into a CSV file, as they come. */
export class ProblemFile {
  readonly #stream: WriteStream;
  readonly #headers: readonly string[];
  #begun = false;

  private constructor(stream: WriteStream, headers: readonly string[]) {
    this.#stream = stream;
    this.#headers = headers;
    // A full disk is told by the next write, or by close.
    this.#stream.on("error", () => {});
  }

  /** @throws the file system's error where the file cannot be written */
  static async open(path: string, headers: readonly string[]): Promise<ProblemFile> {
    const stream = createWriteStream(path);
    await once(stream, "open");
    return new ProblemFile(stream, headers);
  }

  async add(rows: readonly ListedRow[]): Promise<void> {
    if (this.#stream.errored !== null) throw this.#stream.errored;
    const texts: string[] = [];
    for await (const text of rejectFile(this.#headers, rows)) texts.push(text);
    // The first piece is the header, which the file has once.
    const text = texts.slice(this.#begun ? 1 : 0).join("");
    this.#begun = true;
    if (!this.#stream.write(text)) await once(this.#stream, "drain");
  }

  /** Also where no row was listed there is a file, with the header alone. */
  async close(): Promise<void> {
    if (!this.#begun) await this.add([]);
    this.#stream.end();
    await finished(this.#stream);
  }
}
