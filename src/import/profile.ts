import { Type } from "typebox";
import type { Static } from "typebox";
import { Compile } from "typebox/compile";
import { compileDateFormat, isTimeZone } from "./date-time.ts";
import { compilePattern } from "./profile-pattern.ts";

/**
 * A profile says what the columns of a kind of file mean and which of its rows are goods. It is data: shipped profiles
 * and those of users are JSON of one shape.
 */

export const stockFields = [
  "sku",
  "name",
  "category",
  "price",
  "cost",
  "season",
  "shelfLifeDays",
  "leadDays",
  "style",
  "quantity",
  "bin",
  "zone",
  "lot",
  "barcode",
  "expiry",
  "warehouse",
] as const;
export type StockField = (typeof stockFields)[number];

export const orderFields = [
  "orderId",
  "lineId",
  "sku",
  "listing",
  "name",
  "quantity",
  "amount",
  "unitPrice",
  "placedAt",
  "paidAt",
  "shippedAt",
  "updatedAt",
  "status",
  "refundStatus",
  "buyer",
  "phone",
  "address",
  "region",
  "kind",
  "expectedShipAt",
] as const;
export type OrderField = (typeof orderFields)[number];

export type Field = StockField | OrderField;

const profileLimits = {
  textCharsMax: 200,
  alternativesMax: 32,
  rulesMax: 64,
  conditionsMax: 16,
  wordsMax: 200,
} as const;

const text = (): ReturnType<typeof Type.String> =>
  Type.String({ minLength: 1, maxLength: profileLimits.textCharsMax });
const strict = { additionalProperties: false } as const;

const columnSchema = Type.Object(
  {
    /** Header names, the first that the file has is taken. Width, case and blanks make no difference. */
    from: Type.Array(text(), { minItems: 1, maxItems: profileLimits.alternativesMax }),
    /** A file without this column is not of this profile, and a row that leaves it empty is refused. */
    required: Type.Optional(Type.Boolean()),
    /** Of several such columns each row takes the first that it fills, instead of the first that the file has. */
    firstFilled: Type.Optional(Type.Boolean()),
  },
  strict,
);
export type ProfileColumn = Static<typeof columnSchema>;

const fieldSchema = Type.Enum([...new Set([...stockFields, ...orderFields])]);

const conditionSchema = Type.Object(
  {
    /** What is looked at: a field of the profile, or a column of the file by its header. One of the two. */
    field: Type.Optional(fieldSchema),
    column: Type.Optional(text()),
    /** How: exactly one of these. Texts are compared after cleaning. */
    matches: Type.Optional(Type.String({ minLength: 1 })),
    equals: Type.Optional(Type.String({ maxLength: profileLimits.textCharsMax })),
    in: Type.Optional(Type.Array(text(), { minItems: 1, maxItems: profileLimits.wordsMax })),
    lessThan: Type.Optional(Type.Number()),
    empty: Type.Optional(Type.Boolean()),
    /** Turns the answer round. */
    not: Type.Optional(Type.Boolean()),
  },
  strict,
);
export type ProfileCondition = Static<typeof conditionSchema>;

const ruleSchema = Type.Object(
  {
    /** All of them must hold. */
    when: Type.Array(conditionSchema, { minItems: 1, maxItems: profileLimits.conditionsMax }),
    /** `line` is what a row is when no rule fits: an order line, or a receipt. */
    as: Type.Enum(["skip", "line", "closeMatching", "writeOff"]),
    reason: Type.Optional(
      Type.Object(
        { code: Type.String({ pattern: "^[a-z][a-z0-9_]{0,39}$" }), zh: text(), en: text() },
        strict,
      ),
    ),
  },
  strict,
);
export type ProfileRule = Static<typeof ruleSchema>;

const statusSchema = Type.Object(
  {
    stage: Type.Enum(["created", "pending", "paid"]),
    /** What was not shipped is cancelled. */
    closed: Type.Optional(Type.Boolean()),
    /** All units have left the building. */
    shipped: Type.Optional(Type.Boolean()),
  },
  strict,
);
export type ProfileStatus = Static<typeof statusSchema>;

const refundSchema = Type.Enum(["none", "requested", "agreed", "refunding", "refunded", "closed"]);

const columnsSchema = Type.Partial(
  Type.Object(
    Object.fromEntries([...stockFields, ...orderFields].map((field) => [field, columnSchema])) as Record<
      Field,
      typeof columnSchema
    >,
    strict,
  ),
);

export const profileSchema = Type.Object(
  {
    name: Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,63}$" }),
    title: Type.Object({ zh: text(), en: text() }, strict),
    kind: Type.Enum(["stock", "orders"]),
    /** Where the orders were made, unless the one who imports says otherwise. */
    channel: Type.Optional(Type.String({ pattern: "^[a-z0-9][a-z0-9_-]{0,31}$" })),
    platform: Type.Optional(Type.String({ pattern: "^[a-z][a-z0-9]{0,31}$" })),
    currency: Type.String({ pattern: "^[A-Z]{3}$" }),
    timeZone: text(),
    /** Are amounts in the file in yuan (`major`) or in fen (`minor`)? */
    money: Type.Enum(["major", "minor"]),
    /** Tried in order; ISO dates are understood besides. */
    dateFormats: Type.Array(text(), { maxItems: profileLimits.alternativesMax }),
    columns: columnsSchema,
    /** Of orders: the stage of lines where the file has no status column. */
    stage: Type.Optional(Type.Enum(["created", "pending", "paid"])),
    /** Of orders: what the platform's words mean. An unknown word holds the units and is reported. */
    status: Type.Optional(Type.Record(text(), statusSchema, { maxProperties: profileLimits.wordsMax })),
    refund: Type.Optional(Type.Record(text(), refundSchema, { maxProperties: profileLimits.wordsMax })),
    /** Words in the column `kind` that mean presale. */
    presale: Type.Optional(Type.Array(text(), { maxItems: profileLimits.wordsMax })),
    /** Of orders: is a line's number a column, or its place among all rows of its order in the file? */
    lineNumber: Type.Optional(Type.Enum(["ordinal", "column"])),
    /** Order numbers that begin with the day: used where a row has no time at all. */
    orderIdDate: Type.Optional(Type.Enum(["yyMMdd", "yyyyMMdd"])),
    /** Tried in order on every row; the first that fits decides. */
    rows: Type.Optional(Type.Array(ruleSchema, { maxItems: profileLimits.rulesMax })),
  },
  strict,
);
export type Profile = Static<typeof profileSchema>;

export interface ProfileIssue {
  /** Where in the profile, as a JSON pointer. */
  readonly path: string;
  readonly zh: string;
  readonly en: string;
}

/** A profile that cannot be used; every issue says where and what. */
export class ProfileError extends Error {
  readonly issues: readonly ProfileIssue[];

  constructor(issues: readonly ProfileIssue[], name?: string) {
    const where = name === undefined ? "" : `${name}: `;
    super(where + issues.map((issue) => `${issue.path} ${issue.en}`).join("; "));
    this.name = "ProfileError";
    this.issues = issues;
  }
}

const validator = Compile(profileSchema);
const issuesMax = 20;

/**
 * Checks data that should be a profile.
 *
 * @param name of the file or object, for the error
 * @throws ProfileError with all issues, at most twenty
 */
export function parseProfile(value: unknown, name?: string): Profile {
  if (!validator.Check(value)) {
    const issues = [...validator.Errors(value)].slice(0, issuesMax);
    throw new ProfileError(
      issues.map((issue) => ({
        path: issue.instancePath || "/",
        zh: `格式不对：${issue.message}`,
        en: issue.message,
      })),
      name,
    );
  }
  const issues = issuesOf(value);
  if (issues.length > 0) throw new ProfileError(issues.slice(0, issuesMax), name);
  return value;
}

/** What a schema cannot say. */
function issuesOf(profile: Profile): ProfileIssue[] {
  const issues: ProfileIssue[] = [];
  const add = (path: string, zh: string, en: string): void => {
    issues.push({ path, zh, en });
  };
  if (!isTimeZone(profile.timeZone)) add("/timeZone", "没有这个时区", "no such time zone");
  for (const [index, format] of profile.dateFormats.entries()) {
    if (compileDateFormat(format) !== null) continue;
    add(
      `/dateFormats/${index}`,
      "看不懂的时间格式，例：yyyy-MM-dd HH:mm:ss",
      "not a date format such as yyyy-MM-dd HH:mm:ss",
    );
  }
  checkColumns(profile, add);
  for (const [index, rule] of (profile.rows ?? []).entries()) {
    if (profile.kind === "stock" && rule.as !== "skip" && rule.as !== "line") {
      add(`/rows/${index}/as`, "库存表的行只能是 skip 或 line", "rows of a stock list are skip or line");
    }
    for (const [at, condition] of rule.when.entries())
      checkCondition(condition, `/rows/${index}/when/${at}`, add);
  }
  return issues;
}

type AddIssue = (path: string, zh: string, en: string) => void;

function checkColumns(profile: Profile, add: AddIssue): void {
  const allowed: readonly string[] = profile.kind === "stock" ? stockFields : orderFields;
  for (const field of Object.keys(profile.columns)) {
    if (!allowed.includes(field))
      add(`/columns/${field}`, "这类文件没有这个字段", `no field of a ${profile.kind} file`);
  }
  const { columns } = profile;
  const need = (ok: boolean, field: string): void => {
    if (!ok) add(`/columns/${field}`, "必须对应到一列，并标为必填", "must be mapped and required");
  };
  need(columns.quantity?.required === true, "quantity");
  if (profile.kind === "stock") {
    need(columns.sku?.required === true, "sku");
    return;
  }
  need(columns.orderId?.required === true, "orderId");
  if (columns.sku === undefined && columns.listing === undefined) {
    add("/columns/sku", "商家编码和商品ID至少要有一个", "a merchant code or a listing id is needed");
  }
  if (profile.channel === undefined) add("/channel", "订单文件必须有渠道", "orders need a channel");
  if (profile.lineNumber === undefined)
    add("/lineNumber", "请选 ordinal 或 column", "choose ordinal or column");
  if (profile.lineNumber === "column") need(columns.lineId?.required === true, "lineId");
  if (columns.status !== undefined && profile.status === undefined) {
    add("/status", "有状态列就要说明各状态的意思", "a status column needs the meaning of its words");
  }
}

const operators = ["matches", "equals", "in", "lessThan", "empty"] as const;

function checkCondition(condition: ProfileCondition, path: string, add: AddIssue): void {
  if ((condition.field === undefined) === (condition.column === undefined)) {
    add(path, "field 和 column 要写一个，也只写一个", "give either field or column");
  }
  if (operators.filter((operator) => condition[operator] !== undefined).length !== 1) {
    add(path, `要写一个，也只写一个：${operators.join(" ")}`, `give exactly one of ${operators.join(" ")}`);
  }
  if (condition.matches === undefined) return;
  const pattern = compilePattern(condition.matches);
  if (!("test" in pattern)) add(`${path}/matches`, pattern.zh, pattern.en);
}
