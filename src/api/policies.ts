import { Type, type Static } from "typebox";
import { policyFields, type PolicyField } from "../domain/live/policy.ts";
import { rules } from "../domain/live/rule.ts";
import { closed, nullable, text } from "./text.ts";

/** Thresholds at their three levels, and the host's words. */

const fieldNames = Object.keys(policyFields) as PolicyField[];
const part = Type.Object(
  Object.fromEntries(fieldNames.map((name) => [name, Type.Optional(Type.Integer())])),
  closed,
);
const entriesMax = 5_000;

export const PolicyBookBody = Type.Object(
  {
    shop: part,
    categories: Type.Record(Type.String({ maxLength: 400 }), part, { maxProperties: entriesMax }),
    skus: Type.Record(Type.String({ maxLength: 64 }), part, { maxProperties: entriesMax }),
  },
  closed,
);
export type PolicyBookBody = Static<typeof PolicyBookBody>;

/** `PUT /policies`: `version` is the one that was read, 0 for the first. */
export const PoliciesPut = Type.Object(
  { version: Type.Integer({ minimum: 0 }), book: PolicyBookBody },
  closed,
);
/** `POST /policies/preview`: what would fire today by this book. */
export const PoliciesPreview = Type.Object({ book: PolicyBookBody }, closed);

export interface PolicyFieldItem {
  readonly field: PolicyField;
  readonly zh: string;
  readonly en: string;
  readonly default: number;
  readonly least: number;
  readonly most: number;
  /** `session` fields are set for the whole shop only. */
  readonly scope: "sku" | "session";
}
export interface PoliciesAnswer {
  readonly version: number;
  readonly book: PolicyBookBody;
  readonly fields: readonly PolicyFieldItem[];
  /** What a kind of goods is like before the shop says anything, by the words in a category's name. */
  readonly presets: readonly {
    readonly id: string;
    readonly zh: string;
    readonly en: string;
    readonly part: Readonly<Record<string, number>>;
  }[];
  /** The shop's categories, and the preset that each has by itself. */
  readonly categories: readonly { readonly category: string; readonly preset: string | null }[];
}
/** Which rules the book would have raised today: over the minutes of the business day so far, and as of now. */
export interface PoliciesPreviewAnswer {
  readonly from: string;
  readonly at: string;
  readonly rules: readonly {
    readonly rule: (typeof rules)[number];
    readonly zh: string;
    readonly en: string;
    readonly severity: 1 | 2 | 3;
    /** SKUs for which it would have been raised at some time today. */
    readonly skus: number;
    /** Of them, by the book that is saved now. */
    readonly skusNow: number;
    readonly examples: readonly {
      readonly sku: string;
      readonly name: string;
      readonly firstAt: string;
      readonly evidence: Readonly<Record<string, number | string | null>>;
    }[];
  }[];
  /** What order review would have done with the sessions of today. */
  readonly review: ReviewPreviewItem;
  /** By the book that is saved now. */
  readonly reviewNow: ReviewPreviewItem;
}
export interface ReviewPreviewItem {
  /** In which orders would have been sampled. */
  readonly minutes: number;
  /** About as many would have been taken. */
  readonly orders: number;
}

const HostWordsPart = Type.Object(
  { zh: Type.Optional(text(200, 0)), en: Type.Optional(text(200, 0)) },
  closed,
);
export const HostWordsPut = Type.Object(
  {
    version: Type.Integer({ minimum: 0 }),
    words: Type.Object(Object.fromEntries(rules.map((rule) => [rule, Type.Optional(HostWordsPart)])), closed),
  },
  closed,
);
export type HostWordsPut = Static<typeof HostWordsPut>;
export interface HostWordsAnswer {
  readonly version: number;
  /** The shop's own; what is absent is as in `defaults`. */
  readonly words: Readonly<Record<string, { readonly zh?: string; readonly en?: string }>>;
  readonly defaults: readonly {
    readonly rule: (typeof rules)[number];
    readonly name: { readonly zh: string; readonly en: string };
    /** Null: the host says nothing about it. */
    readonly host: { readonly zh: string; readonly en: string } | null;
  }[];
  /** What templates may mention, in braces. */
  readonly placeholders: readonly string[];
}

/** What a precheck asks for: how fresh a count must be, what is hot, where goods are set aside or forgotten. */
export const PrecheckSettingsBody = Type.Object(
  {
    countHours: Type.Integer({
      minimum: 1,
      maximum: 720,
      description: "A spot count older than this proves nothing.",
    }),
    hotUnits: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      description: "From this target a product is hot.",
    }),
    hotPercent: Type.Integer({
      minimum: 1,
      maximum: 100,
      description: "From a target of this share of what is sellable a product is hot, in per cent.",
    }),
    setAsideBin: text(40, 1, "Bins whose name begins like this hold what is sold and waits for its parcel."),
    expiringDays: Type.Integer({
      minimum: 0,
      maximum: 3_650,
      description: "Goods that expire sooner are suspect.",
    }),
    stuckDays: Type.Integer({
      minimum: 1,
      maximum: 3_650,
      description: "A bin untouched for longer is suspect.",
    }),
  },
  closed,
);
export type PrecheckSettingsBody = Static<typeof PrecheckSettingsBody>;
/** `PUT /precheck-settings`: `version` is the one that was read, 0 for the first. */
export const PrecheckSettingsPut = Type.Object(
  { version: Type.Integer({ minimum: 0 }), settings: PrecheckSettingsBody },
  closed,
);
export interface PrecheckSettingsAnswer {
  readonly version: number;
  readonly settings: PrecheckSettingsBody;
  readonly defaults: PrecheckSettingsBody;
}

/** Where viewers, likes and amount come from. `POST /live-sources`. */
export const LiveSourceBody = Type.Object(
  {
    name: text(60, 1),
    kind: Type.Enum(["push", "agora"]),
    configuration: Type.Unknown(),
    active: Type.Optional(Type.Boolean()),
  },
  closed,
);
export type LiveSourceBody = Static<typeof LiveSourceBody>;
export const LiveSourcePut = Type.Object(
  {
    version: Type.Integer({ minimum: 1 }),
    name: text(60, 1),
    configuration: Type.Optional(Type.Unknown()),
    active: Type.Optional(Type.Boolean()),
  },
  closed,
);
export type LiveSourcePut = Static<typeof LiveSourcePut>;
export const LiveSourceItem = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  name: Type.String(),
  kind: Type.Enum(["push", "agora"]),
  active: Type.Boolean(),
  description: Type.Union([Type.Record(Type.String(), Type.String()), Type.Null()]),
  /** Where the source sends its notices to: `/api/v1/live-sources/<id>/notices`; null: it sends none. */
  noticePath: nullable(Type.String()),
});
export const LiveSourceItems = Type.Object({ items: Type.Array(LiveSourceItem) });
export type LiveSourceItems = Static<typeof LiveSourceItems>;
