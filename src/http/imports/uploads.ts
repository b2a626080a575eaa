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

/**
 * The uploaded files of this process, in a folder of its own under `uploads`. They are read several times and hold
 * whatever the platform exports of its buyers, so each is removed as soon as it was booked.
 */
export class Uploads {
  readonly #root: string;
  readonly #folder: string;
  #running = 0;
  #ready: Promise<void> | null = null;

  /** @param mark tells this life of the process from others with its number */
  constructor(root: string, mark: string) {
    this.#root = root;
    this.#folder = path.join(root, `${process.pid}-${mark}`);
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
    await this.removeFile(id);
    await rm(this.problemsOf(id), { force: true });
  }

  /** The file alone; the list of its problems stays. */
  removeFile(id: string): Promise<void> {
    return rm(this.fileOf(id), { force: true });
  }

  /** Removes the folder, and those that processes left behind which ended without doing so. */
  async clean(): Promise<void> {
    const names = await readdir(this.#root).catch(() => []);
    for (const name of names) {
      const pid = Number(/^(\d+)-/.exec(name)?.[1]);
      const isOther = path.join(this.#root, name) !== this.#folder && pid !== process.pid;
      if (!Number.isInteger(pid) || (isOther && isRunning(pid))) continue;
      await rm(path.join(this.#root, name), { recursive: true, force: true });
    }
    this.#ready = null;
  }

  #prepare(): Promise<void> {
    this.#ready ??= mkdir(this.#folder, { recursive: true, mode: 0o700 }).then(() => {});
    return this.#ready;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function tooLarge(): ImportRouteError {
  const most = uploadLimits.fileBytesMax / mebibyte;
  return new ImportRouteError("import_too_large", {
    zh: `文件太大：最多 ${most} MiB，请分成几个文件导入`,
    en: `The file is too large: at most ${most} MiB; split it`,
  });
}
