import type { SignedCountBody } from "../../../api/inbound.ts";
import type { KeptGood } from "../../offline/database.ts";
import type { Quality } from "./counting.ts";

/** One product of a delivery as one person counts it. */
export interface ReceiveLine {
  readonly sku: string;
  readonly code: string;
  readonly name: string;
  readonly lot: string;
  readonly quality: Quality;
  readonly quantity: number;
}

/** What this person has counted so far, kept on the phone until it is signed. The latest line is first. */
export interface ReceiveDraft {
  readonly lines: readonly ReceiveLine[];
}

export const emptyDelivery: ReceiveDraft = { lines: [] };

/** A scan: one more of the good units of the product, which comes to the top. */
export function scanned({ lines }: ReceiveDraft, { sku, code, name }: KeptGood): ReceiveDraft {
  const known = lines.find((line) => line.sku === sku && line.quality === "good");
  const line = known ?? { sku, code, name, lot: "", quality: "good" as const, quantity: 0 };
  return { lines: [{ ...line, quantity: line.quantity + 1 }, ...lines.filter((one) => one !== known)] };
}

export function changed({ lines }: ReceiveDraft, at: number, part: Partial<ReceiveLine>): ReceiveDraft {
  return { lines: lines.map((line, index) => (index === at ? { ...line, ...part } : line)) };
}

export function removed({ lines }: ReceiveDraft, at: number): ReceiveDraft {
  return { lines: lines.filter((_, index) => index !== at) };
}

/** What is signed. */
export function signedBody({ lines }: ReceiveDraft): SignedCountBody {
  return {
    lines: lines
      .filter(({ quantity }) => quantity > 0)
      .map(({ sku, quantity, quality, lot }) => ({ sku, quantity, quality, ...(lot === "" ? {} : { lot }) })),
  };
}
