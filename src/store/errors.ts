/** The store could not do what was asked, and nothing of it happened. Trying again later may succeed. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
}

/** No shop has this number: the caller asked for one that was never created. */
export class UnknownShop extends Error {
  override readonly name = "UnknownShop";
  constructor(shop: number) {
    super(`There is no shop ${shop}.`);
  }
}

/** A cursor that this list did not give. Start again at the first page. */
export class InvalidCursor extends Error {
  override readonly name = "InvalidCursor";
  constructor(options?: ErrorOptions) {
    super("The cursor is not one that this list gave.", options);
  }
}
