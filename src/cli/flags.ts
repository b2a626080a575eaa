/** The command line is not one that the command takes. Exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly zh: string;
  readonly en: string;
  constructor(zh: string, en: string) {
    super(en);
    this.zh = zh;
    this.en = en;
  }
}

/** What a command takes: flags by name, `value` where one takes a value; and how many words besides. */
export interface FlagSpec {
  readonly flags: Readonly<Record<string, "switch" | "value">>;
  /** Names of the words, for messages. */
  readonly words: readonly string[];
}

export interface Flags {
  readonly words: readonly string[];
  has(name: string): boolean;
  value(name: string): string | undefined;
}

/** Every command takes these. */
const commonFlags = { "data-dir": "value", json: "switch", help: "switch" } as const;

/**
 * Reads a command line: `--name value`, `--name=value`, `--switch`, and words in between; `--` ends the flags.
 * @throws UsageError, with the nearest flag where one is misspelt
 */
export function parseFlags(argv: readonly string[], spec: FlagSpec): Flags {
  const known: Readonly<Record<string, "switch" | "value">> = { ...commonFlags, ...spec.flags };
  const values = new Map<string, string>();
  const words: string[] = [];
  const rest = [...argv];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "--") {
      words.push(...rest.splice(0));
    } else if (arg === "-h") {
      values.set("help", "");
    } else if (arg.startsWith("--")) {
      readFlag(arg, rest, known, values);
    } else if (arg.startsWith("-") && arg.length > 1) {
      throw unknownFlag(arg, Object.keys(known));
    } else {
      words.push(arg);
    }
  }
  if (!values.has("help")) checkWords(words, spec);
  return {
    words,
    has: (name) => values.has(name),
    value: (name) => values.get(name),
  };
}

function readFlag(
  arg: string,
  rest: string[],
  known: Readonly<Record<string, "switch" | "value">>,
  values: Map<string, string>,
): void {
  const at = arg.indexOf("=");
  const name = at === -1 ? arg.slice(2) : arg.slice(2, at);
  const kind = Object.hasOwn(known, name) ? known[name] : undefined;
  if (kind === undefined) throw unknownFlag(`--${name}`, Object.keys(known));
  if (values.has(name)) throw new UsageError(`--${name} 写了两次`, `--${name} is given twice`);
  if (kind === "switch") {
    if (at !== -1) throw new UsageError(`--${name} 不带值`, `--${name} takes no value`);
    values.set(name, "");
    return;
  }
  const value = at === -1 ? rest.shift() : arg.slice(at + 1);
  if (value === undefined || value === "" || (at === -1 && value.startsWith("--"))) {
    throw new UsageError(`--${name} 后面要有一个值`, `--${name} needs a value`);
  }
  values.set(name, value);
}

function unknownFlag(flag: string, known: readonly string[]): UsageError {
  const nearest = nearestOf(flag.replace(/^-+/, ""), known);
  const hint =
    nearest === null
      ? { zh: "", en: "" }
      : { zh: `，是不是 --${nearest}？`, en: `; did you mean --${nearest}?` };
  return new UsageError(`没有参数 ${flag}${hint.zh}`, `Unknown flag ${flag}${hint.en}`);
}

function checkWords(words: readonly string[], spec: FlagSpec): void {
  const missing = spec.words[words.length];
  if (missing !== undefined) throw new UsageError(`缺少 ${missing}`, `${missing} is missing`);
  const extra = words[spec.words.length];
  if (extra !== undefined) throw new UsageError(`多余的参数：${extra}`, `Unexpected argument: ${extra}`);
}

/** The word that somebody may have meant, or null where none is near. */
export function nearestOf(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.floor(word.length / 2)) + 1;
  for (const candidate of known) {
    const distance = candidate.startsWith(word) && word.length > 1 ? 1 : editDistance(word, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Letters to put in, take out or replace (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** @throws UsageError */
export function wholeNumber(flags: Flags, name: string, most: number): number | undefined {
  const text = flags.value(name);
  if (text === undefined) return undefined;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= most) return value;
  throw new UsageError(
    `--${name} 要是 0 到 ${most} 的整数：${text}`,
    `--${name} takes a whole number from 0 to ${most}: ${text}`,
  );
}
