import { createWriteStream } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { Transform, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ImportRouteError } from "../../api/imports.ts";
import { fileLimitsDefault } from "../../import/file/limits.ts";

const mebibyte = 1_048_576;

export const uploadLimits = {
  fileBytesMax: fileLimitsDefault.fileBytesMax,
  /** Uploads that are being received. */
  uploadsAtOnceMax: 4,
  nameCharsMax: 200,
} as const;

/** The folder of uploaded files. They are read several times and removed with their import. */
export class Uploads {
  readonly #folder: string;
  #running = 0;
  #ready: Promise<void> | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  fileOf(id: string): string {
    return path.join(this.#folder, `${id}.upload`);
  }

  problemsOf(id: string): string {
    return path.join(this.#folder, `${id}.problems.csv`);
  }

  /**
   * Writes a request's body to the disk as it comes.
   * @returns its bytes
   * @throws ImportRouteError `import_too_large`, `imports_busy`, or what broke the connection
   */
  async receive(id: string, body: Readable, bytesAnnounced: number | null): Promise<number> {
    if ((bytesAnnounced ?? 0) > uploadLimits.fileBytesMax) throw tooLarge();
    if (this.#running >= uploadLimits.uploadsAtOnceMax) {
      throw new ImportRouteError("imports_busy", {
        zh: "同时上传的文件太多，请稍后再试",
        en: "Too many files are being uploaded; try again in a moment",
      });
    }
    this.#running += 1;
    let bytes = 0;
    const limited = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.length;
        if (bytes > uploadLimits.fileBytesMax) done(tooLarge());
        else done(null, chunk);
      },
    });
    try {
      await this.#prepare();
      await pipeline(body, limited, createWriteStream(this.fileOf(id)));
      return bytes;
    } catch (error) {
      await this.remove(id);
      throw error;
    } finally {
      this.#running -= 1;
    }
  }

  async remove(id: string): Promise<void> {
    await rm(this.fileOf(id), { force: true });
    await rm(this.problemsOf(id), { force: true });
  }

  /** What another life of the process left there belongs to no import any more. */
  #prepare(): Promise<void> {
    this.#ready ??= (async () => {
      await mkdir(this.#folder, { recursive: true });
      for (const name of await readdir(this.#folder)) {
        if (/\.(?:upload|problems\.csv)$/.test(name))
          await rm(path.join(this.#folder, name), { force: true });
      }
    })();
    return this.#ready;
  }
}

function tooLarge(): ImportRouteError {
  const most = uploadLimits.fileBytesMax / mebibyte;
  return new ImportRouteError("import_too_large", {
    zh: `文件太大：最多 ${most} MiB，请分成几个文件导入`,
    en: `The file is too large: at most ${most} MiB; split it`,
  });
}
