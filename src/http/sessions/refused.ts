import { sessionCodes, type SessionCode } from "../../api/outcomes.ts";
import { ProblemError, type ProblemData } from "../../api/problem.ts";
import type { Acted, OpenSession, Refused } from "../../engine/sessions/sessions.ts";

/** What a refusal of a session says to the client: its own code where that is documented, else `conflict`. */
export function refusedProblem(
  { code, words }: Pick<Refused, "code" | "words">,
  data: ProblemData = {},
): ProblemError {
  if (code === "unknown_session") return unknownSession();
  return new ProblemError(isSessionCode(code) ? code : "conflict", {
    ...data,
    problem: words.en,
    problemZh: words.zh,
  });
}

export function unknownSession(): ProblemError {
  return new ProblemError("not_found", { what: "such session", whatZh: "这个场次" });
}

/** @throws ProblemError where it was refused */
export function requireActed(acted: Acted): Extract<Acted, { readonly ok: true }> {
  if (!acted.ok) throw refusedProblem(acted);
  return acted;
}

/** @throws ProblemError `version_conflict` with the version that is stored; or what else was refused */
export function requireSaved(acted: Acted, stored: OpenSession | null | undefined): OpenSession {
  if (acted.ok) return acted.open;
  if (acted.code !== "version_conflict") throw refusedProblem(acted);
  throw new ProblemError("version_conflict", { path: "version", version: stored?.version ?? 0 });
}

function isSessionCode(code: string): code is SessionCode {
  return sessionCodes.some((known) => known === code);
}
