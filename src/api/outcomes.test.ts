import assert from "node:assert/strict";
import { test } from "node:test";
import { outcomeCodes } from "../domain/outcome.ts";
import { floorCodes } from "./floor-codes.ts";
import { outboundCodes } from "./outbound-codes.ts";
import { returnCodes } from "./return-codes.ts";
import { doneStatus, edgeCodes, meanings, sentence, sessionCodes } from "./outcomes.ts";
import { problemOf, problemOfRefusal } from "./problem.ts";

/** The words of these come with each refusal. */
const paperCodes: readonly string[] = [...floorCodes, ...outboundCodes, ...returnCodes];

test("every outcome of the domain has a status, and every refusal its words", () => {
  for (const code of outcomeCodes) assert.ok(code in doneStatus || code in meanings, code);
  assert.deepEqual(
    Object.keys(meanings).length,
    outcomeCodes.length -
      Object.keys(doneStatus).length +
      edgeCodes.length +
      sessionCodes.length +
      paperCodes.length,
  );
});

test("every sentence is in both languages and ends", () => {
  for (const [code, { detail, detailZh, status, title }] of Object.entries(meanings)) {
    assert.ok(status >= 400 && status < 600, code);
    assert.match(title, /^\S.*[^.]$/, code);
    if (code === "conflict" || paperCodes.some((paper) => paper === code)) continue;
    assert.match(detail, /\.$|\.\)$|\{\w+\}\.?$/, code);
    assert.match(detailZh, /\p{Script=Han}/u, code);
    assert.match(detailZh, /。$/, code);
  }
});

test("data fills the sentences, in the reader's words", () => {
  const refusal = {
    code: "purchase_limit",
    path: "lines[0]",
    sku: "A1",
    scope: "buyer",
    limit: 2,
    already: 1,
    requested: 3,
  } as const;
  const problem = problemOfRefusal(refusal);
  assert.equal(problem.detail, "At most 2 of A1 per buyer; 1 bought already, 3 asked for.");
  assert.equal(problem.detailZh, "A1 限购 2 件（每人），已购 1 件，本次 3 件。请减少数量。");
  assert.equal(problem.limit, 2);
  assert.equal(sentence("{a}{b}", { a: 0 }, "en"), "0?");
});

test("words that only fill the Chinese sentence do not go along", () => {
  const problem = problemOf("not_found", { what: "shop", whatZh: "店铺" });
  assert.equal("whatZh" in problem, false);
  assert.match(problem.detailZh, /店铺/);
});
