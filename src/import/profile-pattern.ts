/**
 * Patterns that users write into profiles. JavaScript's own engine backtracks, and one bad pattern can hang a process
 * for years; so a pattern must be of a plain kind whose worst case can be counted beforehand, and it is only tried on
 * short texts.
 */

export const patternCharsMax = 200;
/** A longer text is tried by its beginning. */
export const patternInputCharsMax = 256;
/** Ways to match, at worst, that may have to be tried on one text. */
export const patternWaysMax = 100_000;
const repeatMax = 256;
const groupRepeatMax = 10;
const groupDepthMax = 10;

export interface TextPattern {
  test(text: string): boolean;
}

export interface PatternFault {
  readonly zh: string;
  readonly en: string;
}

/** Compiles a pattern, or says why it is refused. */
export function compilePattern(source: string): TextPattern | PatternFault {
  if (source.length > patternCharsMax) {
    return {
      zh: `正则太长：最多 ${patternCharsMax} 个字符`,
      en: `The pattern is longer than ${patternCharsMax} characters`,
    };
  }
  let regExp: RegExp;
  try {
    regExp = new RegExp(source, "u");
  } catch {
    return { zh: "正则写错了", en: "The pattern is not a regular expression" };
  }
  const ways = countWays(source);
  if (ways === null) {
    return {
      zh: "正则只能用普通字符、字符集、分组、| 和重复次数；不支持环视、反向引用和对分组的 * 或 +",
      en: "Only characters, classes, groups, | and repeats are allowed; no look-around, back-references, or groups under * or +",
    };
  }
  if (ways > patternWaysMax) {
    return {
      zh: "正则太费时：请减少 * 和 +，或用 ^ 固定开头",
      en: "The pattern could take too long: use fewer * and +, or fix its beginning with ^",
    };
  }
  return {
    test: (text) =>
      regExp.test(text.length <= patternInputCharsMax ? text : text.slice(0, patternInputCharsMax)),
  };
}

/** An upper bound of the ways in which a pattern can be tried on a text; null for what is not allowed. */
function countWays(source: string): number | null {
  const reader = new PatternReader(source);
  const ways = reader.alternatives(0);
  if (ways === null || !reader.atEnd()) return null;
  return reader.anchored ? ways : ways * patternInputCharsMax;
}

/** Reads a pattern that is known to be valid, multiplying the ways of its parts. */
class PatternReader {
  /** Every alternative begins with ^, so that only one place in the text is tried. */
  anchored = true;
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  atEnd(): boolean {
    return this.#at === this.#source.length;
  }

  alternatives(depth: number): number | null {
    if (depth > groupDepthMax) return null;
    let ways = 0;
    do {
      if (depth === 0 && this.#source[this.#at] !== "^") this.anchored = false;
      const sequence = this.#sequence(depth);
      if (sequence === null) return null;
      ways += sequence;
    } while (this.#take("|"));
    return ways;
  }

  #sequence(depth: number): number | null {
    let ways = 1;
    while (!this.atEnd() && this.#source[this.#at] !== "|" && this.#source[this.#at] !== ")") {
      const part = this.#take("(") ? this.#group(depth) : this.#atom();
      if (part === null) return null;
      ways *= part;
    }
    return ways;
  }

  #group(depth: number): number | null {
    if (this.#take("?") && !this.#take(":")) return null;
    const ways = this.alternatives(depth + 1);
    if (ways === null || !this.#take(")")) return null;
    const repeat = this.#repeat();
    if (repeat === null) return ways;
    if (repeat.max === 1) return ways + 1;
    // Repeating a group is what makes patterns explode; a fixed small number of times does not.
    return repeat.min === repeat.max && repeat.max <= groupRepeatMax ? ways ** repeat.max : null;
  }

  #atom(): number | null {
    const char = this.#source[this.#at];
    this.#at += 1;
    if (char === "\\" && !this.#escape()) return null;
    if (char === "[" && !this.#class()) return null;
    const repeat = this.#repeat();
    if (repeat === null) return 1;
    if (repeat.max > repeatMax && repeat.max !== Number.POSITIVE_INFINITY) return null;
    return Math.min(repeat.max, patternInputCharsMax) - repeat.min + 1;
  }

  #escape(): boolean {
    const char = this.#source[this.#at] ?? "";
    this.#at += 1;
    if (/[1-9k]/.test(char)) return false;
    if (/[pPu]/.test(char) && this.#source[this.#at] === "{")
      this.#at = this.#source.indexOf("}", this.#at) + 1;
    return true;
  }

  #class(): boolean {
    while (!this.atEnd()) {
      const char = this.#source[this.#at];
      this.#at += char === "\\" ? 2 : 1;
      if (char === "]") return true;
    }
    return false;
  }

  #repeat(): { min: number; max: number } | null {
    const match = /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/.exec(this.#source.slice(this.#at));
    if (match === null) return null;
    this.#at += match[0].length;
    if (match[1] === "?") return { min: 0, max: 1 };
    if (match[1] !== undefined) return { min: match[1] === "+" ? 1 : 0, max: Number.POSITIVE_INFINITY };
    const min = Number(match[2]);
    if (match[3] === undefined) return { min, max: min };
    return { min, max: match[4] === "" ? Number.POSITIVE_INFINITY : Number(match[4]) };
  }

  #take(char: string): boolean {
    if (this.#source[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }
}
