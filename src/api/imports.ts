import { Type, type Static } from "typebox";
import { listedAs, tallyNames } from "../import/apply/result.ts";
import { orderFields, stockFields } from "../import/profile.ts";
import { closed, IdText, NameText } from "./text.ts";
import type { Problem } from "./problem.ts";

/** Files of stock lists and orders: uploaded, tried, applied. */

const nullable = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) =>
  Type.Union([schema, Type.Null()]);

export const ImportKind = Type.Enum(["stock", "orders"]);
export type ImportKind = Static<typeof ImportKind>;

const Sentence = Type.Object({ zh: Type.String(), en: Type.String() });

export const ImportProfile = Type.Object({
  name: Type.String(),
  title: Sentence,
  kind: ImportKind,
  channel: nullable(Type.String()),
});
export type ImportProfile = Static<typeof ImportProfile>;

export const ImportProfiles = Type.Object({ items: Type.Array(ImportProfile) });
export type ImportProfiles = Static<typeof ImportProfiles>;

export const ImportProgress = Type.Object({
  rows: Type.Integer(),
  rowsTotal: nullable(Type.Integer()),
  bytes: Type.Integer(),
  bytesTotal: Type.Integer(),
  perSecond: Type.Integer({ description: "Rows." }),
  secondsLeft: nullable(Type.Number()),
});
export type ImportProgress = Static<typeof ImportProgress>;

const Tally = Type.Object({ rows: Type.Integer(), units: Type.Integer() });

export const ImportSummary = Type.Object({
  rows: Type.Integer(),
  seconds: Type.Number(),
  tallies: Type.Object(
    Object.fromEntries(tallyNames.map((name) => [name, Tally])) as Record<
      (typeof tallyNames)[number],
      typeof Tally
    >,
    { description: "Rows and units by what became of them, or would. A row may count in several." },
  ),
  newChannels: Type.Array(Type.String()),
  newWarehouses: Type.Array(Type.String()),
});
export type ImportSummary = Static<typeof ImportSummary>;

export const ImportProblem = Type.Object({
  line: Type.Integer({ description: "Line of the file, from 1." }),
  as: Type.Enum(listedAs),
  reasons: Type.Array(Type.Object({ code: Type.String(), zh: Type.String(), en: Type.String() })),
  sku: nullable(Type.String()),
  orderId: nullable(Type.String()),
  units: Type.Integer({ description: "Units of the row that moved nothing." }),
  cells: Type.Array(Type.String()),
});
export type ImportProblem = Static<typeof ImportProblem>;

const Balance = Type.Object({
  available: Type.Integer(),
  held: Type.Integer(),
  committed: Type.Integer(),
  onHand: Type.Integer(),
  shortage: Type.Integer(),
  presale: Type.Integer(),
});

export const ImportChange = Type.Object({
  sku: Type.String(),
  name: Type.String(),
  before: nullable(Balance),
  after: Balance,
});
export type ImportChange = Static<typeof ImportChange>;

export const importStates = ["uploaded", "checking", "checked", "applying", "applied", "failed"] as const;

export const ImportItem = Type.Object({
  id: Type.String(),
  fileName: Type.String(),
  bytes: Type.Integer(),
  kind: ImportKind,
  state: Type.Enum(importStates),
  profile: nullable(ImportProfile),
  headers: Type.Array(Type.String()),
  sample: Type.Array(Type.Array(Type.String()), { description: "The first rows as they stand in the file." }),
  suggestion: Type.Object({
    kind: ImportKind,
    columns: Type.Record(Type.String(), Type.String(), { description: "Field to header." }),
  }),
  words: Type.Record(Type.String(), Type.Array(Type.String()), {
    description: "Distinct words of columns that have few, by header.",
  }),
  encoding: Type.String(),
  progress: nullable(ImportProgress),
  summary: nullable(ImportSummary),
  changes: Type.Array(ImportChange, { description: "Of the check: the SKUs that would change most." }),
  problems: Type.Array(ImportProblem, { description: "The first ones." }),
  problemsTotal: Type.Integer(),
  error: nullable(Type.Object({ code: Type.String(), detail: Type.String(), detailZh: Type.String() })),
});
export type ImportItem = Static<typeof ImportItem>;

export const ImportId = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });

export const UploadQuery = Type.Object(
  { kind: Type.Optional(ImportKind), profile: Type.Optional(IdText) },
  closed,
);

const StatusMeaning = Type.Object(
  {
    stage: Type.Enum(["created", "pending", "paid"]),
    closed: Type.Optional(Type.Boolean()),
    shipped: Type.Optional(Type.Boolean()),
  },
  closed,
);

const fieldNames = [...new Set<string>([...stockFields, ...orderFields])];

/** Columns mapped by hand. With a name it is kept as a profile. */
export const ImportMapping = Type.Object(
  {
    kind: ImportKind,
    name: Type.Optional(Type.String({ ...NameText, minLength: 1, maxLength: 80 })),
    columns: Type.Partial(
      Type.Object(
        Object.fromEntries(fieldNames.map((field) => [field, NameText])) as Record<string, typeof NameText>,
        closed,
      ),
    ),
    channel: Type.Optional(Type.String({ pattern: "^[a-z0-9][a-z0-9_-]{0,31}$" })),
    money: Type.Optional(Type.Enum(["major", "minor"])),
    status: Type.Optional(Type.Record(Type.String({ minLength: 1, maxLength: 200 }), StatusMeaning)),
  },
  closed,
);
export type ImportMapping = Static<typeof ImportMapping>;

export const DryRunBody = Type.Object(
  { profile: Type.Optional(IdText), mapping: Type.Optional(ImportMapping) },
  { ...closed, description: "The profile to read the file by, or its columns. Neither: the recognised one." },
);
export type DryRunBody = Static<typeof DryRunBody>;

/** Codes of the import routes besides those of every route, with their HTTP status. */
export const importStatus = {
  import_unreadable: 422,
  import_profile: 422,
  import_state: 409,
  import_too_large: 413,
  imports_busy: 503,
} as const;
export type ImportProblemCode = keyof typeof importStatus;

const titles: Record<ImportProblemCode, string> = {
  import_unreadable: "The file cannot be read",
  import_profile: "The file cannot be read by this profile",
  import_state: "The import is not at that point",
  import_too_large: "The file is too large",
  imports_busy: "Too many uploads at once",
};

/** Thrown behind the import routes. */
export class ImportRouteError extends Error {
  override readonly name = "ImportRouteError";
  readonly problem: Problem;
  constructor(
    code: ImportProblemCode,
    said: { readonly zh: string; readonly en: string },
    data: Readonly<Record<string, unknown>> = {},
  ) {
    super(said.en);
    this.problem = {
      ...data,
      type: `https://zaiku.dev/errors/${code}`,
      title: titles[code],
      status: importStatus[code],
      code,
      detail: said.en,
      detailZh: said.zh,
    };
  }
}
