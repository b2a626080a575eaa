/** One product of the session, as the books and the clock have it now. Units, minutes and money of section 5. */
export interface SkuNow {
  readonly sku: string;
  /** Units that can still be sold. */
  readonly sellable: number;
  readonly heldUnpaid: number;
  /** Units sold that nobody has (超卖). */
  readonly shortage: number;
  /** Sellable when the session went live. */
  readonly opening: number;
  /** Units that arrived since. */
  readonly arrived: number;
  /** Units sold in this session. */
  readonly sold: number;
  /** The plain ETA in minutes; null without sales. */
  readonly etaMinutes: number | null;
  /** Units a minute over the window of the ETA. */
  readonly unitsPerMinute: number;
  /** Units a minute over the last 5 minutes. */
  readonly recentPerMinute: number;
  /** Units of the best ten minutes, and of the last ten. */
  readonly peak10: number;
  readonly last10: number;
  readonly turnoverDays: number | null;
  /** The slot that is on, when it is this product's. */
  readonly current: SlotNow | null;
  /** The next slot of this product that is to come. */
  readonly coming: SlotNow | null;
}

export interface SlotNow {
  readonly slot: string;
  readonly target: number | null;
  /** Until it begins (coming) or ends (current); 0 when it runs over. */
  readonly minutesLeft: number;
  /** Units sold since it began; 0 for one to come. */
  readonly sold: number;
}

export interface SessionNow {
  readonly minutesLive: number;
  readonly skusWithSale: number;
  readonly skusInStock: number;
  readonly ordersPerMinute: number;
  /** What is usual for this minute; null: not known. */
  readonly expectedOrdersPerMinute: number | null;
}

export interface ChannelNow {
  readonly channel: string;
  /** Since its last message; null: it never spoke, or nobody listens. */
  readonly silentSeconds: number | null;
  /** How late its last messages came; null: not known. */
  readonly lagSeconds: number | null;
}

export interface ScreenNow {
  readonly screen: string;
  /** 0 while it is connected; null: it was never seen. */
  readonly offlineSeconds: number | null;
}

/** What the rules look at, as of one instant. */
export interface AlertInputs {
  readonly session: string;
  /** Alerts rise only while it is live; when it is over, all end. */
  readonly live: boolean;
  /** The products of the plan: an alert about another one ends. */
  readonly planned: ReadonlySet<string>;
  /** Those to look at now, all or only what has changed; of the others nothing rises and nothing ends. */
  readonly skus: readonly SkuNow[];
  readonly now: SessionNow | null;
  readonly channels: readonly ChannelNow[];
  readonly screens: readonly ScreenNow[];
}
