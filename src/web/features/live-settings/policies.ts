import type { PoliciesAnswer, PolicyBookBody, PolicyFieldItem } from "../../../api/policies.ts";

/** Thresholds at one level, and what holds there where nothing is said: pure, as the page shows it. */

export type Level =
  | { readonly kind: "shop" }
  | { readonly kind: "category"; readonly category: string }
  | { readonly kind: "sku"; readonly sku: string; readonly category: string };

export type Source = "default" | "preset" | "shop" | "category";
export type Part = PolicyBookBody["shop"];

export interface Inherited {
  readonly value: number;
  readonly from: Source;
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** The numbers that one level itself says. */
export function partOf(book: PolicyBookBody, level: Level): Part {
  if (level.kind === "shop") return book.shop;
  return (level.kind === "category" ? own(book.categories, level.category) : own(book.skus, level.sku)) ?? {};
}

/** What holds at a level where it says nothing itself: the nearest level beyond it. */
export function inheritedOf(
  { book, presets, categories }: Pick<PoliciesAnswer, "book" | "presets" | "categories">,
  field: PolicyFieldItem,
  level: Level,
): Inherited {
  const name = field.field;
  if (level.kind === "shop") return { value: field.default, from: "default" };
  if (level.kind === "sku") {
    const category = own(book.categories, level.category)?.[name];
    if (category !== undefined) return { value: category, from: "category" };
  }
  const shop = book.shop[name];
  if (shop !== undefined) return { value: shop, from: "shop" };
  const preset = categories.find((one) => one.category === level.category)?.preset ?? null;
  const ofKind = presets.find((one) => one.id === preset)?.part[name];
  return ofKind === undefined ? { value: field.default, from: "default" } : { value: ofKind, from: "preset" };
}

/** The book with one number changed; null takes it out, and a level that says nothing is no entry. */
export function withValue(
  book: PolicyBookBody,
  level: Level,
  field: string,
  value: number | null,
): PolicyBookBody {
  const before = partOf(book, level);
  const { [field]: _, ...rest } = before as Record<string, number>;
  const part = value === null ? rest : { ...rest, [field]: value };
  if (level.kind === "shop") return { ...book, shop: part };
  if (level.kind === "category")
    return { ...book, categories: withPart(book.categories, level.category, part) };
  return { ...book, skus: withPart(book.skus, level.sku, part) };
}

function withPart(parts: Readonly<Record<string, Part>>, name: string, part: Part): Record<string, Part> {
  const rest = Object.fromEntries(Object.entries(parts).filter(([one]) => one !== name));
  return Object.keys(part).length === 0 ? rest : { ...rest, [name]: part };
}

/** Fields side by side that belong together, in the order in which people think of them. */
export const sections = [
  ["tiers", ["tier1Percent", "tier2Percent", "tier3Percent"]],
  ["pace", ["etaMinutes", "sellThroughPercent", "outsellsPercent", "coolingPercent", "coolingFloorUnits"]],
  ["slow", ["turnoverDays", "slowMoverDays"]],
  ["holds", ["hoardingPercent", "hoardingFloorUnits"]],
  ["escalation", ["ackMinutes", "ackUrgentMinutes"]],
  ["review", ["reviewSpikePercent", "reviewSamplePercent", "reviewOpenMax", "reviewAnswerMinutes"]],
  ["whole", []],
] as const satisfies readonly (readonly [string, readonly string[]])[];
export type Section = (typeof sections)[number][0];

/** The fields of each section; what is in none of them belongs to the session as a whole. */
export function sectionsOf(
  fields: readonly PolicyFieldItem[],
): readonly (readonly [Section, readonly PolicyFieldItem[]])[] {
  const placed = new Set<string>(sections.flatMap(([, names]) => [...names]));
  return sections.map(([section, names]) => {
    const list: readonly string[] = names;
    const found =
      section === "whole"
        ? fields.filter((one) => !placed.has(one.field))
        : fields.filter((one) => list.includes(one.field));
    return [section, found] as const;
  });
}
