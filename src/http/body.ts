import { isUtf8 } from "node:buffer";
import type { FastifyInstance } from "fastify";
import { Value } from "typebox/value";
import { Compile } from "typebox/compile";
import type { TSchema } from "typebox";
import { ProblemError, invalidBody, type Fault } from "../api/problem.ts";
import { faultOf } from "../api/validate.ts";

/** The value of a JSON text, or where it is wrong. What stands there is not told: it may be a buyer's name. */
export function readJson(text: string): { readonly value: unknown } | { readonly fault: Fault } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    const where = /position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
    const fault =
      where === undefined
        ? { problem: "it breaks off or is no JSON at all", problemZh: "内容不完整或根本不是 JSON" }
        : {
            problem: `wrong JSON at character ${Number(where) + 1}`,
            problemZh: `JSON 第 ${Number(where) + 1} 个字符有误`,
          };
    return { fault: { path: "", ...fault } };
  }
}

/** JSON bodies whole, checked to be UTF-8. A route that takes anything else says so itself. */
export function addBodyParsers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body: Buffer, done) => {
    try {
      done(null, parseBody(body));
    } catch (error) {
      done(error as Error);
    }
  });
}

function parseBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw new ProblemError("invalid_encoding", { path: "" });
  const read = readJson(body.toString("utf8"));
  if ("fault" in read) throw invalidBody(read.fault);
  return read.value;
}

/** Checks what came in against its schema. Only the texts of an address are converted to numbers and booleans. */
export function addValidation(app: FastifyInstance): void {
  app.setValidatorCompiler<TSchema>(({ schema, httpPart }) => {
    const validator = Compile(schema);
    return (value: unknown) => {
      const received =
        httpPart === "querystring" || httpPart === "params" ? Value.Convert(schema, value) : value;
      if (validator.Check(received)) return { value: received };
      return { error: invalidBody(faultOf(validator.Errors(received))) };
    };
  });
}
