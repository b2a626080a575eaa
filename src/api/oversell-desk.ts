import { Type, type Static } from "typebox";
import { deskActions } from "../domain/after-live/desk.ts";
import { afterLiveLimits } from "../domain/after-live/settings.ts";
import { IdText, closed } from "./text.ts";

const Hours = Type.Integer({ minimum: 1, maximum: afterLiveLimits.hoursMax });

/** GET|PUT /after-live/settings: how long platforms wait, and what an oversold unit costs the shop. */
export const AfterLiveSettingsBody = Type.Object(
  {
    version: Type.Integer({ minimum: 0, description: "The version that was read; 0 the first time." }),
    answerHours: Hours,
    shipHours: Hours,
    channels: Type.Array(Type.Object({ channel: IdText, answerHours: Hours, shipHours: Hours }, closed), {
      maxItems: afterLiveLimits.channelsMax,
    }),
    oversellCost: Type.Integer({
      minimum: 0,
      maximum: afterLiveLimits.moneyMax,
      description: "Minor units for each unit, before anybody is compensated.",
    }),
  },
  closed,
);
export type AfterLiveSettingsBody = Static<typeof AfterLiveSettingsBody>;

/** POST /oversell-desk: what was agreed with the buyer; `wait` books nothing. */
export const DeskBody = Type.Object(
  {
    channel: IdText,
    orderId: IdText,
    lineId: IdText,
    sku: IdText,
    action: Type.Enum(deskActions),
    compensation: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: afterLiveLimits.moneyMax,
        description: "Minor units that the buyer is given beside it.",
      }),
    ),
  },
  closed,
);
export type DeskBody = Static<typeof DeskBody>;
export interface DeskAnswer {
  readonly booked: number;
  readonly swapFor: string | null;
  /** Minor units that were noted. */
  readonly compensation: number;
}
