import type { ImportProgress } from "../import/apply/result.ts";
import { grouped } from "./columns.ts";
import { say, type Io } from "./io.ts";

/** A terminal's line is written over; elsewhere a line now and then is enough. */
const terminalEveryMs = 200;
const plainEveryMs = 5_000;

/** How far a long import is, on stderr. One that ends before the first interval shows nothing. */
export class ProgressLine {
  readonly #io: Io;
  readonly #everyMs: number;
  #shownAtMs = performance.now();
  #onScreen = false;

  constructor(io: Io) {
    this.#io = io;
    this.#everyMs = io.isTty ? terminalEveryMs : plainEveryMs;
  }

  show(progress: ImportProgress): void {
    const now = performance.now();
    if (now - this.#shownAtMs < this.#everyMs) return;
    this.#shownAtMs = now;
    const line = progressText(progress, this.#io);
    if (!this.#io.isTty) {
      this.#io.err(line);
      return;
    }
    this.#io.raw(`\r\u001B[K${line}`);
    this.#onScreen = true;
  }

  /** Takes the line off the terminal. */
  end(): void {
    if (this.#onScreen) this.#io.raw("\r\u001B[K");
    this.#onScreen = false;
  }
}

export function progressText(progress: ImportProgress, io: Pick<Io, "language">): string {
  const { rows, bytesRead, bytesTotal, perSecond, secondsLeft } = progress;
  const share = Math.min(100, Math.floor((bytesRead / Math.max(1, bytesTotal)) * 100));
  const left =
    secondsLeft === null
      ? ""
      : say(io, `，还要 ${timeText(secondsLeft, io)}`, `, ${timeText(secondsLeft, io)} left`);
  return say(
    io,
    `已导入 ${grouped(rows)} 行（读到 ${share}%），每秒 ${grouped(perSecond)} 行${left}`,
    `${grouped(rows)} rows (read to ${share}%), ${grouped(perSecond)} rows/s${left}`,
  );
}

function timeText(seconds: number, io: Pick<Io, "language">): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return say(io, `${whole} 秒`, `${whole} s`);
  return say(
    io,
    `${Math.floor(whole / 60)} 分 ${whole % 60} 秒`,
    `${Math.floor(whole / 60)} min ${whole % 60} s`,
  );
}
