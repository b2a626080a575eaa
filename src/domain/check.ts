import { limits } from "./limits.ts";
import type { Refusal } from "./outcome.ts";
import { skuKey } from "./text.ts";

/** What a command must not say, whoever sent it: the boundary refuses it too, and this is the second guard. */

interface CheckedLine {
  readonly lineId?: string;
  readonly sku?: string;
  readonly listing?: string;
  readonly quantity: number;
}

export function isQuantity(quantity: number): boolean {
  return Number.isSafeInteger(quantity) && quantity >= 1 && quantity <= limits.quantityMax;
}

/** @param path of the quantity, e.g. `lines[0].quantity` */
export function quantityRefusal(quantity: number, path: string): Refusal | null {
  if (isQuantity(quantity)) return null;
  const problem = `a quantity is a whole number from 1 to ${limits.quantityMax}`;
  return { code: "invalid_command", path, problem };
}

/** Quantities are whole and positive, and no line of an order is there twice. */
export function linesRefusal(lines: readonly CheckedLine[]): Refusal | null {
  for (const [index, line] of lines.entries()) {
    if (!isQuantity(line.quantity)) return quantityRefusal(line.quantity, `lines[${index}].quantity`);
  }
  if (lines.length < 2 || lines[0]?.lineId === undefined) return null;
  const seen = new Set<string>();
  for (const [index, { lineId, sku, listing }] of lines.entries()) {
    const key = JSON.stringify([lineId, listing ?? null, sku === undefined ? null : skuKey(sku)]);
    if (seen.has(key)) return repeatedRefusal(`lines[${index}].lineId`);
    seen.add(key);
  }
  return null;
}

/** The same line of an order under the same SKU again, once bundles are taken apart. */
export function partsRefusal(
  parts: readonly {
    readonly lineId: string;
    readonly sku: { readonly sku: string };
    readonly path: string;
  }[],
): Refusal | null {
  if (parts.length < 2) return null;
  const seen = new Set<string>();
  for (const { lineId, sku, path } of parts) {
    const key = JSON.stringify([lineId, sku.sku]);
    if (seen.has(key)) return repeatedRefusal(`${path}.lineId`);
    seen.add(key);
  }
  return null;
}

function repeatedRefusal(path: string): Refusal {
  return {
    code: "invalid_command",
    path,
    problem: "the same line with the same SKU stands in the order twice",
  };
}
