import { Compile } from "typebox/compile";
import type { TLocalizedValidationError } from "typebox/error";
import type { Static, TSchema } from "typebox";
import type { Words } from "../domain/live/words.ts";

/** Something wrong with a value that came in, and where. */
export interface Fault extends Words {
  /** `samples[3].viewers`; empty for the value as a whole. */
  readonly path: string;
}

export type Checked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly fault: Fault };

/**
 * Makes a check from a schema. Of several faults the first is told: correcting it usually answers the rest.
 */
export function checker<Schema extends TSchema>(schema: Schema): (value: unknown) => Checked<Static<Schema>> {
  const validator = Compile(schema);
  return (value) => {
    if (validator.Check(value)) return { ok: true, value: value as Static<Schema> };
    const errors = validator.Errors(value);
    const error = errors.find((one) => one.keyword !== "additionalProperties") ?? errors[0];
    return {
      ok: false,
      fault: error === undefined ? { path: "", zh: "不合要求", en: "it is not valid" } : faultOf(error),
    };
  };
}

export function fault(path: string, zh: string, en: string): Fault {
  return { path, zh, en };
}

/** `/samples/3/viewers` as `samples[3].viewers`. */
function pathOf(pointer: string): string {
  return pointer
    .split("/")
    .slice(1)
    .reduce((path, step) => (/^\d+$/.test(step) ? `${path}[${step}]` : join(path, step)), "");
}

function join(path: string, step: string): string {
  return path === "" ? step : `${path}.${step}`;
}

function faultOf(error: TLocalizedValidationError): Fault {
  const path = pathOf(error.instancePath);
  switch (error.keyword) {
    case "required":
      return fault(join(path, error.params.requiredProperties[0] ?? ""), "缺少这一项", "it is missing");
    // A field that is not known fails the schema `false`, which is told of the field itself.
    case "boolean":
      return fault(path, "没有这个字段，请检查拼写", "this field is not known");
    case "minimum":
    case "exclusiveMinimum":
      return fault(path, `不能小于 ${error.params.limit}`, `at least ${error.params.limit} is needed`);
    case "maximum":
    case "exclusiveMaximum":
      return fault(path, `不能大于 ${error.params.limit}`, `at most ${error.params.limit} is allowed`);
    case "minLength":
      return fault(path, "不能为空", "it is empty");
    case "maxLength":
      return fault(path, `最多 ${error.params.limit} 个字符`, `at most ${error.params.limit} characters`);
    case "minItems":
      return fault(path, `至少要有 ${error.params.limit} 项`, `at least ${error.params.limit} entries`);
    case "maxItems":
      return fault(path, `最多 ${error.params.limit} 项`, `at most ${error.params.limit} entries`);
    case "type":
      return typeFault(path, [error.params.type].flat());
    case "enum": {
      const list = error.params.allowedValues.map(String).join(", ");
      return fault(path, `只能是其中之一：${list}`, `it must be one of ${list}`);
    }
    case "additionalProperties":
    case "anyOf":
    case "const":
    case "contains":
    case "dependencies":
    case "dependentRequired":
    case "format":
    case "if":
    case "maxProperties":
    case "minProperties":
    case "multipleOf":
    case "not":
    case "oneOf":
    case "pattern":
    case "propertyNames":
    case "unevaluatedItems":
    case "unevaluatedProperties":
    case "uniqueItems":
    case "~refine":
      return fault(path, "格式不对", error.message);
  }
}

const typeNames: Readonly<Record<string, Words>> = {
  integer: { zh: "整数", en: "a whole number" },
  number: { zh: "数字", en: "a number" },
  string: { zh: "文字", en: "a text" },
  boolean: { zh: "true 或 false", en: "true or false" },
  array: { zh: "列表", en: "a list" },
  object: { zh: "对象", en: "an object" },
  null: { zh: "null", en: "null" },
};

function typeFault(path: string, types: readonly string[]): Fault {
  const names = types.map((type) => typeNames[type] ?? { zh: type, en: type });
  return fault(
    path,
    `必须是${names.map(({ zh }) => zh).join("或")}`,
    `it must be ${names.map(({ en }) => en).join(" or ")}`,
  );
}
