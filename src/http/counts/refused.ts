import { edgeCodes, sessionCodes, type ProblemCode } from "../../api/outcomes.ts";
import { floorCodes } from "../../api/floor-codes.ts";
import { outboundCodes } from "../../api/outbound-codes.ts";
import { returnCodes } from "../../api/return-codes.ts";
import { ProblemError } from "../../api/problem.ts";
import type { Refused } from "../../engine/refused.ts";

const notFound = ["unknown_sheet", "unknown_receipt", "unknown_parcel", "unknown_loan", "unknown_wave"];

/** What a refusal of a sheet or a receipt says to the client. */
export function paperProblem({ code, words, line }: Refused): ProblemError {
  if (notFound.includes(code))
    return new ProblemError("not_found", { what: "such paper", whatZh: "这张单据" });
  const known: readonly string[] = [
    ...floorCodes,
    ...outboundCodes,
    ...returnCodes,
    ...sessionCodes,
    ...edgeCodes,
  ];
  const told = code === "unknown_sku" || code === "unknown_warehouse" ? "invalid_body" : code;
  return new ProblemError(known.includes(told) ? (told as ProblemCode) : "conflict", {
    ...(line === undefined || line === null ? {} : { [code === "sheet_open" ? "sheet" : "line"]: line }),
    problem: words.en,
    problemZh: words.zh,
  });
}

/** @throws ProblemError where it was refused */
export function requirePaper<T extends { readonly ok: true }>(acted: T | Refused): T {
  if (!acted.ok) throw paperProblem(acted);
  return acted;
}
