/** What a command sees of the world around it: two streams, the environment, and whom it speaks to. */
export interface Io {
  /** Writes a line to stdout. */
  out(line: string): void;
  /** Writes a line to stderr. */
  err(line: string): void;
  /** Writes to stderr as it is: a progress line that is written over. */
  raw(text: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Stderr is a terminal. */
  readonly isTty: boolean;
  /** Nobody reads stdout any more; a command may stop. */
  readonly closed: boolean;
  readonly language: Language;
}

export type Language = "zh" | "en";

/** Picks the sentence in the language of the one who reads it. */
export function say(io: Pick<Io, "language">, zh: string, en: string): string {
  return io.language === "en" ? en : zh;
}

/** Chinese, unless the environment says English. */
export function languageOf(env: Io["env"]): Language {
  const locale = [env.LC_ALL, env.LC_MESSAGES, env.LANG].find((one) => one !== undefined && one !== "");
  return locale?.toLowerCase().startsWith("en") === true ? "en" : "zh";
}

/** The process's own. A reader that left (`zaiku journal | head`) ends nothing and is no error. */
export function processIo(): Io {
  let closed = false;
  const leave = (error: NodeJS.ErrnoException): void => {
    if (error.code !== "EPIPE") throw error;
    closed = true;
  };
  process.stdout.on("error", leave);
  process.stderr.on("error", leave);
  return {
    out(line) {
      if (!closed) process.stdout.write(`${line}\n`);
    },
    err(line) {
      process.stderr.write(`${line}\n`);
    },
    raw(text) {
      process.stderr.write(text);
    },
    env: process.env,
    isTty: process.stderr.isTTY === true,
    get closed() {
      return closed;
    },
    language: languageOf(process.env),
  };
}
