/** Every limit of accounts, with its unit in its name. */
export const accountLimits = {
  usersPerShopMax: 500,
  apiKeysPerShopMax: 500,
  nameCharsMax: 100,
  usernameCharsMin: 2,
  usernameCharsMax: 32,
  passwordCharsMin: 8,
  /** A longer one would only make the hash slower to compute. */
  passwordCharsMax: 128,
  /** A body of these routes is a few short texts. */
  bodyBytesMax: 16_384,
  changesShownMax: 200,
  keyDaysMax: 3_650,

  /** A session ends after this; nothing prolongs it, so a stolen cookie does not live for ever. */
  sessionSecondsMax: 30 * 86_400,
  /** From one address. A whole control room signs in behind one. */
  signInsPerMinuteMax: 10,
  passwordChangesPerMinuteMax: 5,
  otherCallsPerMinuteMax: 120,

  /** How long a checked credential is believed without asking the database again. */
  identityCacheMs: 10_000,
  identitiesCachedMax: 10_000,
  /** How exact the "last used" of a key is: a write each time would be a disk flush each time. */
  keyUseRecordedMs: 10 * 60_000,
  /** An unused link dies with the next start; this only fills the column. */
  setupLinkMs: 365 * 86_400_000,
} as const;
