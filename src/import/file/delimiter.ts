export const delimiters = [",", "\t", ";", "|"] as const;
export type Delimiter = (typeof delimiters)[number];

/** Records that are looked at. */
const sampleRecordsMax = 50;

/**
 * The delimiter of a CSV text, from its first records, ignoring what stands in quotes: the one that most records
 * hold equally often, the more often the better. A comma where none fits.
 */
export function detectDelimiter(text: string): Delimiter {
  const records = countsOfRecords(text);
  let best: Delimiter = ",";
  let bestScore = 0;
  for (const delimiter of delimiters) {
    const score = scoreOf(records.map((counts) => counts[delimiter]));
    if (score > bestScore) [best, bestScore] = [delimiter, score];
  }
  return best;
}

/** Excel's own hint: a first line `sep=;`. */
export function hintedDelimiter(text: string): Delimiter | null {
  const mark = /^sep=(.)\r?\n/i.exec(text)?.[1];
  return delimiters.find((delimiter) => delimiter === mark) ?? null;
}

/**
 * Share of records that agree on one count above zero, weighted a little by that count. The header is the record that
 * holds no free text, so agreeing with it counts half as much again.
 */
function scoreOf(counts: readonly number[]): number {
  const frequency = new Map<number, number>();
  for (const count of counts) if (count > 0) frequency.set(count, (frequency.get(count) ?? 0) + 1);
  let score = 0;
  for (const [count, records] of frequency) {
    const weighted = (records / counts.length) * (1 + Math.log2(count) / 8);
    score = Math.max(score, weighted + (count === counts[0] ? 0.5 : 0));
  }
  return score;
}

type Counts = Record<Delimiter, number>;

/** How often each delimiter stands in each record. A line break in quotes ends no record. */
function countsOfRecords(text: string): Counts[] {
  const records: Counts[] = [];
  let counts = noCounts();
  let quoted = false;
  let fieldStart = true;
  for (let at = 0; at < text.length && records.length < sampleRecordsMax; at += 1) {
    const char = text[at];
    if (char === '"' && (quoted || fieldStart)) {
      if (quoted && text[at + 1] === '"') at += 1;
      else quoted = !quoted;
      fieldStart = false;
      continue;
    }
    if (quoted) continue;
    const delimiter = delimiters.find((candidate) => candidate === char);
    if (delimiter !== undefined) counts[delimiter] += 1;
    const lineEnd = char === "\n" || char === "\r";
    if (lineEnd && text[at - 1] !== "\n" && text[at - 1] !== "\r") {
      records.push(counts);
      counts = noCounts();
    }
    fieldStart = lineEnd || delimiter !== undefined;
  }
  if (records.length < sampleRecordsMax && !/[\r\n]$/.test(text)) records.push(counts);
  return records;
}

function noCounts(): Counts {
  return { ",": 0, "\t": 0, ";": 0, "|": 0 };
}
