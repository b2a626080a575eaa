import { Type, type Static } from "typebox";
import { deskActions } from "../domain/after-live/desk.ts";
import { IdText, closed } from "./text.ts";

/** POST /oversell-desk: what was agreed with the buyer; `wait` books nothing. */
export const DeskBody = Type.Object(
  {
    channel: IdText,
    orderId: IdText,
    lineId: IdText,
    sku: IdText,
    action: Type.Enum(deskActions),
  },
  closed,
);
export type DeskBody = Static<typeof DeskBody>;
export interface DeskAnswer {
  readonly booked: number;
  readonly swapFor: string | null;
}
