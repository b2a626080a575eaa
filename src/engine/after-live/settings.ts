import {
  afterLiveDefault,
  type AfterLiveSettings,
  type Compensation,
} from "../../domain/after-live/settings.ts";
import type { Outcome } from "../../domain/outcome.ts";
import type { Reads, ShopId } from "../../store/store.ts";
import type { Batcher } from "../batcher.ts";
import { settingsId, type Setting } from "../live-settings.ts";

export const afterLiveKind = "after_live";
export const compensationKind = "compensation";

export async function readAfterLive(
  read: Pick<Reads, "document">,
  shop: ShopId,
): Promise<Setting<AfterLiveSettings>> {
  const document = await read.document(shop, afterLiveKind, settingsId);
  const body = document?.body as Partial<AfterLiveSettings> | undefined;
  return { version: document?.version ?? 0, value: { ...afterLiveDefault, ...body } };
}

export async function readCompensations(
  read: Pick<Reads, "documents">,
  shop: ShopId,
): Promise<readonly Compensation[]> {
  const documents = await read.documents(shop, compensationKind);
  return documents.map(({ body }) => body as Compensation);
}

/** Notes what a buyer was given. Said again of the same line and decision, the later amount holds. */
export async function keepCompensation(
  read: Pick<Reads, "document">,
  shop: ShopId,
  batcher: Pick<Batcher, "submit">,
  compensation: Compensation,
): Promise<Outcome> {
  const { channel, orderId, lineId, sku, action, by: actor, at } = compensation;
  const id = JSON.stringify([channel, orderId, lineId, sku, action]);
  const version = (await read.document(shop, compensationKind, id))?.version ?? 0;
  const kind = compensationKind;
  return batcher.submit({ type: "putDocument", kind, id, version, body: compensation, actor, at });
}
