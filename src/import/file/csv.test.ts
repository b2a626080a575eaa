import assert from "node:assert/strict";
import { test } from "node:test";
import { ImportFileError } from "../problem.ts";
import { csvBatches } from "./csv.ts";
import { detectDelimiter } from "./delimiter.ts";
import { blockChars, fileLimitsDefault } from "./limits.ts";
import type { FileLimits } from "./limits.ts";
import type { Row } from "./row.ts";

async function rowsOf(
  text: string,
  chunkChars = 1_000_000,
  limits: Partial<FileLimits> = {},
): Promise<Row[]> {
  const chunks = async function* (): AsyncGenerator<string> {
    for (let at = 0; at < text.length; at += chunkChars) yield text.slice(at, at + chunkChars);
  };
  const rows: Row[] = [];
  for await (const batch of csvBatches(chunks(), { ...fileLimitsDefault, ...limits })) rows.push(...batch);
  return rows;
}

/** `line|cell|cell`, with the problem's code in brackets. */
function shown(rows: readonly Row[]): string[] {
  return rows.map(
    (row) => [row.line, ...row.cells].join("|") + (row.problem === undefined ? "" : ` [${row.problem.code}]`),
  );
}

test("delimiters are recognised, also next to each other and in quotes", () => {
  const rows: readonly (readonly [text: string, delimiter: string])[] = [
    ["a,b,c\n1,2,3\n", ","],
    ["a\tb\tc\n1,5\t2,5\t3\n", "\t"],
    ["a;b;c\n1,5;2,5;3,5\n1,5;2,5;3,5\n", ";"],
    ["a|b\n1|2\n", "|"],
    ['a;b\n"x,y,z";2\n"x,y,z";2\n', ";"],
    ['"a,b";"c,d"\n1;2\n', ";"],
    ['name\tsize\nscreen, 5" wide\t1\ncase, 6" wide\t2\n', "\t"],
    ["商家编码,商品名称\nA1,红;白;黑\nA2,红;白;黑\n", ","],
    ["one column\nA1\n", ","],
    ["", ","],
  ];
  for (const [text, delimiter] of rows) assert.equal(detectDelimiter(text), delimiter, text);
});

test("quotes, line ends and physical line numbers", async () => {
  const rows: readonly (readonly [text: string, shown: string[]])[] = [
    ["a,b\n1,2\n", ["1|a|b", "2|1|2"]],
    ["a,b\r\n1,2", ["1|a|b", "2|1|2"]],
    ["a,b\r1,2\r", ["1|a|b", "2|1|2"]],
    ['a,b\n"x\ny",2\n3,4\n', ["1|a|b", "2|x\ny|2", "4|3|4"]],
    ['a,b\r\n"x\r\n\r\ny",2\r\n3,4\r\n', ["1|a|b", "2|x\r\n\r\ny|2", "5|3|4"]],
    ['a,b\n"say ""hi""",2\n', ["1|a|b", '2|say "hi"|2']],
    ['a,b\n"",2\n', ["1|a|b", "2||2"]],
    ["a,b\n\n1,2\n", ["1|a|b", "2|", "3|1|2"]],
    ["sep=;\na;b\n1;2\n", ["2|a|b", "3|1|2"]],
    ["a,b\n1\n1,2,3\n", ["1|a|b", "2|1", "3|1|2|3"]],
  ];
  for (const [text, expected] of rows)
    assert.deepEqual(shown(await rowsOf(text)), expected, JSON.stringify(text));
});

test("a stray quote costs its own line and no other", async () => {
  const rows: readonly (readonly [text: string, shown: string[]])[] = [
    ['a,b\n1,5" nail\n2,ok\n', ["1|a|b", '2|1|5" nail', "3|2|ok"]],
    ['a,b\n1,5"x6" board\n2,"o\nk"\n', ["1|a|b", '2|1|5"x6" board', "3|2|o\nk"]],
    ['a,b\n"q"z,1\n2,ok\n', ["1|a|b", '2|"q"z|1', "3|2|ok"]],
    ['a,b\n1,"open\n2,ok\n3,"fine"\n', ["1|a|b", '2|1|"open [quote_unclosed]', "3|2|ok", "4|3|fine"]],
    ['a,b\n1,"open\n2,ok\n', ["1|a|b", '2|1|"open [quote_unclosed]', "3|2|ok"]],
    [
      'a,b\n1,"open\n2,"open\n3,ok',
      ["1|a|b", '2|1|"open [quote_unclosed]', '3|2|"open [quote_unclosed]', "4|3|ok"],
    ],
  ];
  for (const [text, expected] of rows)
    assert.deepEqual(shown(await rowsOf(text)), expected, JSON.stringify(text));
});

test("an opening quote is given up after so many lines", async () => {
  const text = `a,b\n1,"open\n${"2,ok\n".repeat(30)}3,"x"\n`;
  const rows = await rowsOf(text, 1_000_000, { recordLinesMax: 10 });
  assert.equal(rows.length, 33);
  assert.deepEqual(
    rows.filter((row) => row.problem !== undefined).map((row) => row.line),
    [2],
  );
});

/** Longer than several blocks, so that records lie across their borders. */
function longText(record: (at: number) => string): { text: string; count: number } {
  let text = "id,text\n";
  let count = 0;
  while (text.length < blockChars * 2.5) {
    text += record(count);
    count += 1;
  }
  return { text, count };
}

test("records across the borders of blocks and chunks stay whole", async () => {
  const { text, count } = longText((at) =>
    at % 7 === 0 ? `${at},"line one\nline ""two"", ${at}"\n` : `${at},text ${at}\n`,
  );
  for (const chunkChars of [1_021, 65_536, 10_000_000]) {
    const rows = await rowsOf(text, chunkChars);
    assert.equal(rows.length, count + 1);
    let line = 2;
    for (const [at, row] of rows.slice(1).entries()) {
      assert.equal(row.line, line);
      assert.deepEqual(
        row.cells,
        at % 7 === 0 ? [`${at}`, `line one\nline "two", ${at}`] : [`${at}`, `text ${at}`],
      );
      line += at % 7 === 0 ? 2 : 1;
    }
  }
});

test("stray quotes in a long file are still one problem each", async () => {
  const { text, count } = longText((at) =>
    at % 1_000 === 500 ? `${at},"open\n` : at % 10 === 3 ? `${at},5" nail\n` : `${at},ok\n`,
  );
  const rows = await rowsOf(text, 65_536);
  assert.equal(rows.length, count + 1);
  assert.deepEqual(
    rows.map((row) => row.line),
    [...rows.keys()].map((at) => at + 1),
  );
  const bad = rows.filter((row) => row.problem !== undefined);
  assert.equal(bad.length, Math.ceil((count - 500) / 1_000));
  for (const row of bad) assert.equal(row.cells[1], '"open');
});

test("too long cells are a problem of their row, too long lines one of the file", async () => {
  const rows = await rowsOf(`a,b\n1,${"x".repeat(50)}\n2,ok\n`, 20, { cellCharsMax: 40 });
  assert.equal(rows[1]?.problem?.code, "cell_too_long");
  assert.equal(rows[1]?.cells[1]?.length, 40);
  assert.deepEqual(shown(rows.slice(2)), ["3|2|ok"]);
  const megabyte = await rowsOf(`a,b\n${"9".repeat(1_048_576)},1\n2,ok\n`, 65_536);
  assert.deepEqual(
    megabyte.map((row) => row.problem?.code),
    [undefined, "cell_too_long", undefined],
  );
  await assert.rejects(
    rowsOf(`a,b\n1,2\n${"x".repeat(1_000_000)}`, 100_000, { lineCharsMax: 500_000 }),
    (error: unknown) => {
      assert.ok(error instanceof ImportFileError);
      assert.deepEqual([error.code, error.line], ["line_too_long", 3]);
      return true;
    },
  );
});
