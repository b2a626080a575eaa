/** Every limit of the model, with its unit in its name. */
export const limits = {
  /** Units in one line, one movement, one receipt line. */
  quantityMax: 1_000_000_000,
  /** Minor units of money in one line, a hundred billion yuan: so many lines together still stay below 2^53. */
  amountMinorMax: 10_000_000_000_000,
  /** Characters in an id that a platform or a person gives (order, line, listing, key). */
  idCharsMax: 128,
  skuCharsMax: 64,
  nameCharsMax: 400,
  noteCharsMax: 2_000,
  binCharsMax: 64,
  linesPerOrderMax: 200,
  partsPerListingMax: 50,
  linesPerDocumentMax: 5_000,
  skusPerCommandMax: 1_000,
  barcodesPerSkuMax: 20,
  warehousesPerChannelMax: 50,
  /** Units of a SKU in one piece of a listing. */
  unitsPerPartMax: 10_000,
} as const;
