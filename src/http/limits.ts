/** Every limit of the HTTP edge, with its unit in its name. */
export const httpLimits = {
  /** A JSON body. A stream of order events has no limit. */
  bodyBytesMax: 16 * 1_048_576,
  /** One line of a stream of order events. */
  lineBytesMax: 1_048_576,
  /** Lines of a stream that become one submission to the batcher. */
  windowLinesMax: 4_096,
  /** Lines that are worth a window of their own while another is under way. */
  windowLinesWorth: 1_024,
  /** Characters of a window: few lines may be long ones. */
  windowCharsMax: 4_194_304,
  /** Windows of one stream that may be under way. */
  windowsInFlightMax: 2,
  /**
   * Answers of a stream that may wait for a sender that does not read while it sends; beyond it the sender is
   * held back.
   */
  answerBytesMax: 8 * 1_048_576,
  /** Streams of order events at once. */
  eventStreamsMax: 64,
  /** A sender of a stream may pause so long. */
  streamPauseMsMax: 300_000,
  /** Percent-encoded, an id of 128 characters may be nine times as long. */
  paramCharsMax: 2_048,
  headerMsMax: 30_000,
  /** A connection that says nothing for so long is closed. The live stream's beats keep it open. */
  silenceMsMax: 120_000,
  keepAliveMs: 72_000,
  /** Requests under way get so long to end when the server stops. */
  closeMsMax: 8_000,
  readyMsMax: 2_000,
} as const;
