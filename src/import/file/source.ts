import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ImportFileError } from "../problem.ts";

/** A path, bytes in memory, or a stream (an upload), which is first written to a temporary file. */
export type FileInput = string | Uint8Array | AsyncIterable<Uint8Array>;

/** Bytes that can be read more than once and at any position. */
export interface Source {
  readonly bytesTotal: number;
  /** A file on disk, or null where the bytes are in memory. */
  readonly path: string | null;
  readonly bytes: Buffer | null;
  /** All bytes from the start, in chunks. */
  read(): AsyncIterable<Buffer>;
  /** The first bytes, fewer where the file is shorter. */
  head(countMax: number): Promise<Buffer>;
  /** Removes what was made for this source. May be called twice. */
  close(): Promise<void>;
}

const chunkBytes = 262_144;

/**
 * @throws ImportFileError `file_missing`, `file_empty`, `file_too_large`
 */
export async function openSource(input: FileInput, fileBytesMax: number, spoolDir?: string): Promise<Source> {
  if (typeof input === "string") return await fileSource(input, fileBytesMax, async () => {});
  if (input instanceof Uint8Array) return memorySource(input, fileBytesMax);
  return await spooled(input, fileBytesMax, spoolDir ?? tmpdir());
}

function memorySource(input: Uint8Array, fileBytesMax: number): Source {
  checkSize(input.byteLength, fileBytesMax);
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  return {
    bytesTotal: bytes.length,
    path: null,
    bytes,
    async *read() {
      for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
    },
    head: async (countMax) => bytes.subarray(0, countMax),
    close: async () => {},
  };
}

async function fileSource(path: string, fileBytesMax: number, close: () => Promise<void>): Promise<Source> {
  const status = await stat(path).catch((error: unknown) => {
    throw new ImportFileError("file_missing", { name: path }, error);
  });
  if (!status.isFile()) throw new ImportFileError("file_missing", { name: path });
  checkSize(status.size, fileBytesMax);
  return {
    bytesTotal: status.size,
    path,
    bytes: null,
    read: () => createReadStream(path, { highWaterMark: chunkBytes }),
    async head(countMax) {
      const handle = await open(path);
      try {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(countMax), 0, countMax, 0);
        return buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },
    close,
  };
}

/** An upload is read twice (encoding, rows), and a ZIP from its end: so it goes to disk, never over the limit. */
async function spooled(input: AsyncIterable<Uint8Array>, fileBytesMax: number, dir: string): Promise<Source> {
  const folder = await mkdtemp(join(dir, "zaiku-import-"));
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, "upload");
    const limited = async function* (): AsyncGenerator<Uint8Array> {
      let bytes = 0;
      for await (const chunk of input) {
        bytes += chunk.byteLength;
        if (bytes > fileBytesMax) throw new ImportFileError("file_too_large", { limit: fileBytesMax });
        yield chunk;
      }
    };
    await pipeline(Readable.from(limited()), createWriteStream(path));
    return await fileSource(path, fileBytesMax, close);
  } catch (error) {
    await close();
    throw error;
  }
}

function checkSize(bytes: number, fileBytesMax: number): void {
  if (bytes === 0) throw new ImportFileError("file_empty");
  if (bytes > fileBytesMax) throw new ImportFileError("file_too_large", { limit: fileBytesMax });
}
