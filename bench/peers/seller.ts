/** One order of one line, as every contender gets it. */
export interface Order {
  readonly orderId: string;
  readonly sku: string;
  readonly buyer: string;
  /** Units. */
  readonly quantity: number;
}

/** Whoever sells: Zaiku, or the usual way to do it on the same database. */
export interface Seller {
  /** Answers when the order is as durable as the contender makes it: true when it was taken. */
  reserve(order: Order): Promise<boolean>;
  /** The units that its books say are promised: they must be those that it answered. */
  promised(): Promise<number>;
  close(): Promise<void>;
}
