import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createInflateRaw } from "node:zlib";
import * as yauzl from "yauzl";
import { ImportFileError } from "../problem.ts";
import type { FileLimits } from "./limits.ts";
import type { Source } from "./source.ts";

/** An archive whose parts are read one at a time, counted as they inflate. */
export interface Archive {
  has(name: string): boolean;
  /** A part as text, whole. @throws ImportFileError over `bytesMax` */
  text(name: string, bytesMax: number): Promise<string>;
  /** A part as text in chunks. */
  stream(name: string, bytesMax: number, onInflated?: (bytes: number) => void): AsyncIterable<string>;
  /** Inflated size of a part as its header claims it: good for a progress bar and for nothing else. */
  claimedBytes(name: string): number;
  close(): void;
}

const nestedArchive = /\.(?:zip|xls[xmb]|docx|pptx|jar|7z|rar|gz|bz2|xz|zst)$/i;

/**
 * Opens a ZIP archive. Nothing is inflated yet.
 *
 * @throws ImportFileError `xlsx_damaged`, `xlsx_encrypted`, `xlsx_nested`, `zip_not_xlsx`, `not_a_table` (OpenDocument)
 */
export async function openArchive(source: Source, limits: FileLimits): Promise<Archive> {
  const zip = await damagedUnless(async () => await openZip(source));
  try {
    const entries = await damagedUnless(async () => await readEntries(zip, limits));
    const counter = { inflatedBytes: 0 };
    const stream = (
      name: string,
      bytesMax: number,
      onInflated?: (bytes: number) => void,
    ): AsyncIterable<string> =>
      inflate(zip, entryOf(entries, name), {
        counter,
        bytesMax,
        limits,
        onInflated: onInflated ?? (() => {}),
      });
    return {
      has: (name) => entries.has(name),
      async text(name, bytesMax) {
        let text = "";
        for await (const chunk of stream(name, bytesMax)) text += chunk;
        return text;
      },
      stream,
      claimedBytes: (name) => entryOf(entries, name).uncompressedSize,
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function openZip(source: Source): Promise<yauzl.ZipFile> {
  // Sizes in the headers are claims. What counts is counted below, while inflating.
  const options = { lazyEntries: true, autoClose: false, validateEntrySizes: false };
  return await new Promise((resolve, reject) => {
    const done = (error: Error | null, zip: yauzl.ZipFile): void =>
      error === null ? resolve(zip) : reject(error);
    if (source.bytes !== null) yauzl.fromBuffer(source.bytes, options, done);
    else yauzl.open(source.path ?? "", options, done);
  });
}

async function readEntries(zip: yauzl.ZipFile, limits: FileLimits): Promise<Map<string, yauzl.Entry>> {
  const entries = new Map<string, yauzl.Entry>();
  await new Promise<void>((resolve, reject) => {
    zip.once("error", reject);
    zip.once("end", resolve);
    zip.on("entry", (entry: yauzl.Entry) => {
      if (entry.isEncrypted()) return reject(new ImportFileError("xlsx_encrypted"));
      if (entries.size >= limits.xlsxEntriesMax) return reject(new ImportFileError("xlsx_damaged"));
      entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.readEntry();
  });
  if (entries.has("content.xml")) throw new ImportFileError("not_a_table");
  // An ordinary archive of tables: what helps there is to unpack it.
  if (!entries.has("[Content_Types].xml")) throw new ImportFileError("zip_not_xlsx");
  for (const name of entries.keys())
    if (nestedArchive.test(name)) throw new ImportFileError("xlsx_nested", { name });
  return entries;
}

function entryOf(entries: ReadonlyMap<string, yauzl.Entry>, name: string): yauzl.Entry {
  const entry = entries.get(name);
  if (entry === undefined) throw new ImportFileError("xlsx_damaged", { name });
  return entry;
}

interface Allowance {
  /** Shared by all parts of the archive. */
  readonly counter: { inflatedBytes: number };
  /** For this part. */
  readonly bytesMax: number;
  readonly limits: FileLimits;
  readonly onInflated: (bytes: number) => void;
}

async function* inflate(
  zip: yauzl.ZipFile,
  entry: yauzl.Entry,
  allowance: Allowance,
): AsyncGenerator<string> {
  const { counter, bytesMax, limits } = allowance;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let bytes = 0;
  try {
    const part = await openPart(zip, entry);
    for await (const chunk of part.inflated) {
      bytes += chunk.length;
      counter.inflatedBytes += chunk.length;
      if (bytes > limits.xlsxRatioFreeBytes && bytes > limits.xlsxRatioMax * part.storedBytesRead()) {
        throw new ImportFileError("xlsx_ratio", { limit: limits.xlsxRatioMax });
      }
      if (bytes > bytesMax) throw new ImportFileError("xlsx_too_large", { limit: bytesMax });
      if (counter.inflatedBytes > limits.xlsxUncompressedBytesMax) {
        throw new ImportFileError("xlsx_too_large", { limit: limits.xlsxUncompressedBytesMax });
      }
      allowance.onInflated(chunk.length);
      yield decoder.decode(chunk, { stream: true });
    }
    yield decoder.decode();
  } catch (error) {
    throw asFileError(error);
  }
}

interface OpenPart {
  readonly inflated: AsyncIterable<Buffer>;
  /** Bytes of the archive that the inflated ones so far came from. */
  storedBytesRead(): number;
}

const stored = 0;
const deflated = 8;

async function openPart(zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<OpenPart> {
  const method = entry.compressionMethod;
  if (method !== stored && method !== deflated) throw new ImportFileError("xlsx_damaged");
  // The library would inflate too, but only here can be seen how much came of how little.
  const raw = await new Promise<Readable>((resolve, reject) => {
    zip.openReadStream(entry, { decodeFileData: false }, (error, stream) => {
      if (error === null) resolve(stream);
      else reject(error);
    });
  });
  if (method === stored) return { inflated: raw, storedBytesRead: () => Number.POSITIVE_INFINITY };
  const inflated = createInflateRaw({ chunkSize: 65_536 });
  // An error of either stream ends the other and is thrown where `inflated` is read.
  pipeline(raw, inflated).catch(() => {});
  return { inflated, storedBytesRead: () => inflated.bytesWritten };
}

async function damagedUnless<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw asFileError(error);
  }
}

/** Whatever zlib, yauzl or the decoder says about bad bytes is one thing to the user: the file is damaged. */
function asFileError(error: unknown): ImportFileError {
  return error instanceof ImportFileError ? error : new ImportFileError("xlsx_damaged", {}, error);
}
