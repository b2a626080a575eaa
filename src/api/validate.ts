import type { TLocalizedValidationError } from "typebox/error";
import type { Fault } from "./problem.ts";

/**
 * What a failed check says to a person. The first error is told: correcting it usually answers the rest.
 * @param errors what TypeBox found, in its order; never empty
 */
export function faultOf(errors: readonly TLocalizedValidationError[], under = ""): Fault {
  const error = errors.find((one) => one.keyword !== "additionalProperties") ?? errors[0];
  if (error === undefined) return { path: under, problem: "it is not valid", problemZh: "不合要求" };
  const path = joinPath(under, pathOf(error.instancePath));
  if (error.keyword === "required") {
    const [missing = ""] = error.params.requiredProperties;
    return { path: joinPath(path, missing), problem: "it is missing", problemZh: "缺少这一项" };
  }
  return { path, ...reasonOf(error, errors) };
}

/** `/lines/0/quantity` as `lines[0].quantity`. */
export function pathOf(pointer: string): string {
  let path = "";
  for (const step of pointer.split("/").slice(1)) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    path = joinPath(path, /^\d+$/.test(name) ? `[${name}]` : name);
  }
  return path;
}

export function joinPath(path: string, step: string): string {
  if (path === "" || step === "" || step.startsWith("[")) return `${path}${step}`;
  return `${path}.${step}`;
}

type Reason = Pick<Fault, "problem" | "problemZh">;

function reasonOf(error: TLocalizedValidationError, errors: readonly TLocalizedValidationError[]): Reason {
  switch (error.keyword) {
    case "boolean":
      return say("this field is not known", "没有这个字段，请检查拼写");
    case "type":
      return typeReason([error.params.type].flat());
    case "minimum":
    case "exclusiveMinimum":
      return say(`at least ${error.params.limit} is needed`, `不能小于 ${error.params.limit}`);
    case "maximum":
    case "exclusiveMaximum":
      return say(`at most ${error.params.limit} is allowed`, `不能大于 ${error.params.limit}`);
    case "minLength":
      return say("it is empty", "不能为空");
    case "maxLength":
      return say(`at most ${error.params.limit} characters are allowed`, `最多 ${error.params.limit} 个字符`);
    case "minItems":
      return say(`at least ${error.params.limit} entries are needed`, `至少要有 ${error.params.limit} 项`);
    case "maxItems":
      return say(`at most ${error.params.limit} entries are allowed`, `最多 ${error.params.limit} 项`);
    case "format":
      return timeReason();
    case "pattern":
      return patternReason(String(error.params.pattern));
    case "enum":
      return oneOf(error.params.allowedValues);
    case "const":
      return oneOf(errors.flatMap((one) => (one.keyword === "const" ? [one.params.allowedValue] : [])));
    case "minProperties":
      return say("name at least one field to change", "至少要给出一个要修改的字段");
    case "uniqueItems":
      return say("an entry is in the list twice", "列表里有重复的项");
    case "additionalProperties":
    case "anyOf":
    case "contains":
    case "dependencies":
    case "dependentRequired":
    case "if":
    case "maxProperties":
    case "multipleOf":
    case "not":
    case "oneOf":
    case "propertyNames":
    case "required":
    case "unevaluatedItems":
    case "unevaluatedProperties":
    case "~refine":
      return say(error.message, "格式不对");
  }
}

function say(problem: string, problemZh: string): Reason {
  return { problem, problemZh };
}

function timeReason(): Reason {
  return say(
    "it is not a time like 2026-11-11T20:00:00+08:00",
    "时间要写成 2026-11-11T20:00:00+08:00 这样（带时区）",
  );
}

const typeNames: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  integer: ["a whole number", "整数"],
  number: ["a number", "数字"],
  string: ["a text", "文字"],
  boolean: ["true or false", "true 或 false"],
  array: ["a list", "列表"],
  object: ["an object", "对象"],
  null: ["null", "null"],
};

function typeReason(types: readonly string[]): Reason {
  const names = types.map((type) => typeNames[type] ?? [type, type]);
  return {
    problem: `it must be ${names.map(([en]) => en).join(" or ")}`,
    problemZh: `必须是${names.map(([, zh]) => zh).join("或")}`,
  };
}

function patternReason(pattern: string): Reason {
  if (pattern.includes("[Tt]")) return timeReason();
  return pattern.includes("\\p{Cs}")
    ? say(
        "it contains a character that is not allowed (U+0000 or half a character)",
        "含有不允许的字符（空字符或残缺字符）",
      )
    : say(
        "only letters, digits, dot, underscore and hyphen are allowed",
        "只能用文字、数字、点、下划线和连字符",
      );
}

function oneOf(values: readonly unknown[]): Reason {
  const list = values.map(String).join(", ");
  return say(`it must be one of ${list}`, `只能是其中之一：${list}`);
}
