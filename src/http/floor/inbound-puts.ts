import type { FastifyRequest } from "fastify";
import type { ReceiptLine } from "../../domain/inbound/receipt.ts";
import { skuKey } from "../../domain/text.ts";
import type { RouteContext } from "../deps.ts";
import { requirePuts } from "./zone-check.ts";

/** Whether the bin of a delivery that two people count takes its goods. */

interface OpenedInto {
  /** As the phone named it; absent: the server will name it. */
  readonly receipt: string | null;
  readonly warehouse: string;
  readonly bin: string;
  readonly expected: readonly { readonly sku: string; readonly quantity: number }[];
}

/** Asked of what the note says, while another bin can still be chosen. @throws ProblemError `zone_refuses` */
export async function requireOpenedInto(
  context: RouteContext,
  request: FastifyRequest,
  { receipt, warehouse, bin, expected }: OpenedInto,
  override: string | undefined,
): Promise<void> {
  const { inbound } = await context.shopOf(request);
  if (bin === "" || (receipt !== null && (await inbound.get(receipt)) !== null)) return;
  const puts = expected.map(({ sku, quantity: units }) => {
    return { path: "bin", warehouse, bin, sku, lot: "", quality: "good" as const, units };
  });
  const { actor, at } = context.caller(request);
  await requirePuts(context, request, puts, { override, key: `receipt/${receipt ?? `${actor}/${at}`}` });
}

/**
 * Asked of what the note did not say and nobody has counted yet: what was asked once is not asked of the second person.
 * @throws ProblemError `zone_refuses`
 */
export async function requireSignedInto(
  context: RouteContext,
  request: FastifyRequest,
  id: string,
  lines: readonly ReceiptLine[],
  override: string | undefined,
): Promise<void> {
  const { inbound } = await context.shopOf(request);
  const known = await inbound.get(id);
  if (known === null || known.bin === "" || known.receipt.status === "booked") return;
  const { bin, receipt } = known;
  const { warehouse, expected, counts } = receipt;
  const asked = [
    ...expected.map((line) => ({ sku: line.sku, quantity: line.quantity, quality: "good" })),
    ...counts.flatMap((count) => count.lines),
  ];
  const puts = lines.flatMap(({ sku, quantity: units, quality, lot }, index) => {
    const isAsked = asked.some(
      (one) => one.sku === skuKey(sku) && one.quality === quality && one.quantity >= units,
    );
    if (isAsked || units < 1) return [];
    return [{ path: `lines[${index}].sku`, warehouse, bin, sku, lot, quality, units }];
  });
  const { actor } = context.caller(request);
  await requirePuts(context, request, puts, { override, key: `receipt/${id}/${actor}` });
}
