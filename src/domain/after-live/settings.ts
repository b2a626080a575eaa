/** What a shop sets for its work after a broadcast: how long platforms wait, and what an oversold unit costs. */

export const afterLiveLimits = {
  /** A month: no platform waits longer. */
  hoursMax: 720,
  /** Minor units. */
  moneyMax: 100_000_000,
  channelsMax: 50,
} as const;

/** How long a platform waits before it fines the shop or decides by itself. */
export interface Deadlines {
  /** Hours from a refund that was asked for to the shop's answer. */
  readonly answerHours: number;
  /** Hours from the order to the parcel. */
  readonly shipHours: number;
}

export interface ChannelDeadlines extends Deadlines {
  readonly channel: string;
}

export interface AfterLiveSettings extends Deadlines {
  /** Channels that wait for another time than the others. */
  readonly channels: readonly ChannelDeadlines[];
  /**
   * Minor units that an oversold unit costs before anybody is compensated: fines, freight, the buyer who does not come
   * back. 0: the shop has not said.
   */
  readonly oversellCost: number;
}

export const afterLiveDefault: AfterLiveSettings = {
  answerHours: 48,
  shipHours: 48,
  channels: [],
  oversellCost: 0,
};

/** The deadlines of a channel: its own, or the shop's. */
export function deadlinesOf(
  settings: Pick<AfterLiveSettings, "answerHours" | "shipHours" | "channels">,
  channel: string,
): Deadlines {
  return settings.channels.find((one) => one.channel === channel) ?? settings;
}

/** What a buyer of an oversold line was given beside the decision. */
export interface Compensation {
  readonly channel: string;
  readonly orderId: string;
  readonly lineId: string;
  readonly sku: string;
  readonly units: number;
  readonly action: string;
  /** Minor units. */
  readonly amount: number;
  readonly by: string;
  readonly at: number;
}
