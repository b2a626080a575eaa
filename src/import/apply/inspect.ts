import type { Encoding } from "../file/encoding.ts";
import type { Table } from "../file/table.ts";

/** What is shown of a file before anybody says what its columns mean. */
export interface Inspection {
  readonly headers: readonly string[];
  /** The first rows as they stand in the file. */
  readonly sample: readonly (readonly string[])[];
  /** Distinct texts of columns that have few, by header: what the words of a status column may be. */
  readonly words: Readonly<Record<string, readonly string[]>>;
  readonly encoding: Encoding | "xlsx";
}

export const inspectLimits = {
  sampleRowsMax: 8,
  /** Rows among which words are looked for. */
  rowsMax: 5_000,
  wordsMax: 30,
  wordCharsMax: 40,
} as const;

/** Looks at the first rows of a table, and closes it. */
export async function inspectTable(table: Table): Promise<Inspection> {
  const sample: (readonly string[])[] = [];
  const words = table.headers.map((): Set<string> | null => new Set());
  let rows = 0;
  try {
    for await (const batch of table.batches) {
      for (const { cells } of batch) {
        if (sample.length < inspectLimits.sampleRowsMax) sample.push(cells);
        for (const [at, cell] of cells.entries()) addWord(words, at, cell.trim());
        rows += 1;
        if (rows === inspectLimits.rowsMax) break;
      }
      if (rows >= inspectLimits.rowsMax) break;
    }
  } finally {
    await table.close();
  }
  const found: Record<string, readonly string[]> = {};
  for (const [at, header] of table.headers.entries()) {
    const ofColumn = words[at];
    if (ofColumn != null && ofColumn.size > 0 && header !== "") found[header] = [...ofColumn];
  }
  return { headers: table.headers, sample, words: found, encoding: table.encoding ?? "xlsx" };
}

/** A column with many different texts, or a long one, is no column of words. */
function addWord(words: (Set<string> | null)[], at: number, word: string): void {
  const ofColumn = words[at];
  if (ofColumn == null || word === "" || ofColumn.has(word)) return;
  const fits = ofColumn.size < inspectLimits.wordsMax && word.length <= inspectLimits.wordCharsMax;
  if (fits) ofColumn.add(word);
  else words[at] = null;
}
