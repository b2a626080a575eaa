import { Type, type Static } from "typebox";
import type { Refusal } from "../domain/outcome.ts";
import { meanings, sentence, type ProblemCode } from "./outcomes.ts";

export const problemMediaType = "application/problem+json; charset=utf-8";

/** RFC 9457, with a stable code, both languages, and the data of the outcome. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: "https://zaiku.dev/errors/<code>" }),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: "Stable; see docs/errors.md." }),
    detail: Type.String(),
    detailZh: Type.String(),
    path: Type.Optional(Type.String({ description: "The offending field, e.g. lines[0].quantity." })),
  },
  { additionalProperties: true, description: "RFC 9457 problem document." },
);
export type Problem = Static<typeof Problem> & Readonly<Record<string, unknown>>;

/**
 * What a problem may say beside its code. Names that end in `Zh` only fill the Chinese sentence, but for
 * `problemZh`: a form shows it beside the field, without the sentence around it.
 */
export type ProblemData = Readonly<
  Record<string, string | number | boolean | null | undefined | readonly object[]>
>;

/** The document of a code. `data` fills its sentences and goes along, `path` names the offending field. */
export function problemOf(code: ProblemCode, data: ProblemData = {}): Problem {
  const meaning = meanings[code];
  const shown = Object.fromEntries(
    Object.entries(data).filter(
      ([name, value]) => value !== undefined && (name === "problemZh" || !name.endsWith("Zh")),
    ),
  );
  return {
    ...shown,
    type: `https://zaiku.dev/errors/${code}`,
    title: meaning.title,
    status: meaning.status,
    code,
    detail: sentence(meaning.detail, data, "en"),
    detailZh: sentence(meaning.detailZh, data, "zh"),
  };
}

export function problemOfRefusal(refusal: Refusal): Problem {
  const { code, ...data } = refusal;
  return problemOf(code, data);
}

/** Thrown anywhere behind a route; the error handler sends its document. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, data: ProblemData = {}, headers: Readonly<Record<string, string>> = {}) {
    super(code);
    this.problem = problemOf(code, data);
    this.headers = headers;
  }
}

/** Where a request's content is wrong: `path` as in `lines[0].quantity`, a reason in both languages. */
export interface Fault {
  readonly path: string;
  readonly problem: string;
  readonly problemZh: string;
}

export function invalidBody(fault: Fault): ProblemError {
  return new ProblemError("invalid_body", { ...fault });
}
