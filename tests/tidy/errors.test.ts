import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { floorCodes } from "../../src/api/floor-codes.ts";
import { outboundCodes } from "../../src/api/outbound-codes.ts";
import { returnCodes } from "../../src/api/return-codes.ts";
import { edgeCodes, sessionCodes } from "../../src/api/outcomes.ts";
import { reviewRefusals } from "../../src/domain/after-live/review.ts";
import { caseRefusals } from "../../src/domain/odd/case.ts";
import { outcomeCodes } from "../../src/domain/outcome.ts";
import { accountMeanings } from "../../src/http/auth/problem.ts";
import { importStatus } from "../../src/api/imports.ts";
import { bookingCodes } from "../../src/import/apply/reasons.ts";
import { fileErrorCodes, rowProblemCodes } from "../../src/import/problem.ts";
import { root } from "./source.ts";

/** The codes in the first column of a section's table, in order. */
function documented(title: string): string[] {
  const page = readFileSync(path.join(root, "docs/errors.md"), "utf8");
  const section = page.split(/^## /m).find((text) => text.startsWith(`${title}\n`));
  assert(section !== undefined, `docs/errors.md has no section "${title}"`);
  const firstCells = Array.from(section.matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm), (match) => match[1] ?? "");
  return firstCells.flatMap((cell) => cell.replaceAll("`", "").split(", "));
}

const sections: readonly [title: string, codes: readonly string[], ordered: boolean][] = [
  ["Refused, in order of precedence", outcomeCodes.slice(outcomeCodes.indexOf("invalid_command")), true],
  ["Done", outcomeCodes.slice(0, outcomeCodes.indexOf("invalid_command")), true],
  ["At the edge", edgeCodes, false],
  ["Sessions", sessionCodes, false],
  ["Counting and receiving", floorCodes, false],
  ["Picking and shipping", outboundCodes, false],
  ["Returns, samples, quarantine", returnCodes, false],
  ["Reviews after a live", reviewRefusals, true],
  ["Cases of odd orders", caseRefusals, true],
  ["Accounts", Object.keys(accountMeanings), false],
  ["Rows of an imported file", rowProblemCodes, false],
  ["Imported files", fileErrorCodes, false],
  ["Rows that were not booked as they stand", bookingCodes, false],
  ["Imports over HTTP", Object.keys(importStatus), false],
];

for (const [title, codes, ordered] of sections) {
  test(`docs/errors.md describes every code and no other: ${title}`, () => {
    const [found, wanted] = ordered
      ? [documented(title), codes]
      : [documented(title).sort(), codes.toSorted()];
    assert.deepEqual(found, wanted);
  });
}
