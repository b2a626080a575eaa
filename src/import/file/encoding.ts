import { ImportFileError } from "../problem.ts";

export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "gb18030";

/** Bytes at the start in which a NUL means that the file is no text. */
const binaryCheckBytes = 65_536;
const lineFeed = 0x0a;

/**
 * Finds the encoding by reading all bytes once, in bounded memory: a byte-order mark decides, then strict UTF-8, then
 * GB18030. A file that is mostly UTF-8 and breaks somewhere is a damaged file and no GB18030, although nearly any
 * bytes decode as GB18030: which of the two it is, is decided by which reading makes more sense.
 *
 * @param read gives the bytes from the start; called at most three times
 * @throws ImportFileError `not_a_table` (no text at all), `encoding_broken` (with the line)
 */
export async function detectEncoding(read: () => AsyncIterable<Buffer>): Promise<Encoding> {
  const head = await firstChunk(read);
  const marked = markOf(head);
  if (marked === null && head.subarray(0, binaryCheckBytes).includes(0))
    throw new ImportFileError("not_a_table");
  const encoding = marked ?? "utf-8";
  const brokenLine = await firstBrokenLine(read(), encoding);
  if (brokenLine === null) return encoding;
  if (marked !== null) throw new ImportFileError("encoding_broken", { line: brokenLine });

  const [share, brokenChineseLine] = [await plausibility(read()), await firstBrokenLine(read(), "gb18030")];
  if (brokenChineseLine === null && share.gb18030 >= share.utf8) return "gb18030";
  const line = share.gb18030 > share.utf8 ? (brokenChineseLine ?? brokenLine) : brokenLine;
  throw new ImportFileError("encoding_broken", { line });
}

/** Decodes a file whose encoding is known; a byte-order mark is left out. */
export async function* decodeText(chunks: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

async function firstChunk(read: () => AsyncIterable<Buffer>): Promise<Buffer> {
  for await (const chunk of read()) return chunk;
  return Buffer.alloc(0);
}

function markOf(head: Buffer): Encoding | null {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return "utf-8";
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  return null;
}

/** The 1-based line of the first bytes that are no character of the encoding; null: all of them are. */
async function firstBrokenLine(chunks: AsyncIterable<Buffer>, encoding: Encoding): Promise<number | null> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let linesBefore = 0;
  for await (const chunk of chunks) {
    if (!decodesOn(decoder, chunk)) return 1 + linesBefore + wholeLinesIn(chunk, encoding);
    linesBefore += countLineFeeds(chunk, encoding);
  }
  return decodesOn(decoder, null) ? null : linesBefore + 1;
}

/** Feeds a chunk, or null for the end, to a decoder that remembers half characters. */
function decodesOn(decoder: TextDecoder, chunk: Buffer | null): boolean {
  try {
    if (chunk === null) decoder.decode();
    else decoder.decode(chunk, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Lines that end before the first broken character of a chunk that is known to hold one. */
function wholeLinesIn(chunk: Buffer, encoding: Encoding): number {
  let lines = 0;
  let start = 0;
  let skips = [0, 1, 2, 3];
  for (;;) {
    const end = lineFeedFrom(chunk, start, encoding);
    const line = chunk.subarray(start, end < 0 ? chunk.length : end);
    // The first bytes of a chunk may be the rest of a character of the chunk before.
    if (!skips.some((skip) => decodesOn(new TextDecoder(encoding, { fatal: true }), line.subarray(skip))))
      return lines;
    // Every line is whole: what is broken is the character across the border to the chunk before.
    if (end < 0) return 0;
    lines += 1;
    start = end + unitBytes(encoding);
    skips = [0];
  }
}

function unitBytes(encoding: Encoding): number {
  return encoding === "utf-16le" || encoding === "utf-16be" ? 2 : 1;
}

/** Where the next line feed begins. In UTF-16 a byte 0x0A alone is none: 上 holds one. Chunks are of even length. */
function lineFeedFrom(chunk: Buffer, from: number, encoding: Encoding): number {
  if (unitBytes(encoding) === 1) return chunk.indexOf(lineFeed, from);
  const low = encoding === "utf-16le" ? 0 : 1;
  for (let at = chunk.indexOf(lineFeed, from); at >= 0; at = chunk.indexOf(lineFeed, at + 1)) {
    const other = chunk[low === 0 ? at + 1 : at - 1];
    if (at % 2 === low && other === 0) return at - low;
  }
  return -1;
}

function countLineFeeds(chunk: Buffer, encoding: Encoding): number {
  const step = unitBytes(encoding);
  let lines = 0;
  for (let at = lineFeedFrom(chunk, 0, encoding); at >= 0; at = lineFeedFrom(chunk, at + step, encoding))
    lines += 1;
  return lines;
}

interface Plausibility {
  /** Well-formed UTF-8 sequences ÷ all attempts at one. */
  readonly utf8: number;
  /** Pairs that are everyday characters (GB 2312) ÷ all characters above ASCII, read as GB18030. */
  readonly gb18030: number;
}

/**
 * How much sense the bytes make as either encoding. Chinese text in GB18030 is nearly all GB 2312 and hardly ever
 * well-formed UTF-8; UTF-8 read as GB18030 falls outside GB 2312 about half of the time.
 */
async function plausibility(chunks: AsyncIterable<Buffer>): Promise<Plausibility> {
  const utf8 = { good: 0, odd: 0, need: 0 };
  const gb = { good: 0, odd: 0, lead: 0, digits: 0 };
  for await (const chunk of chunks) {
    for (const byte of chunk) {
      countUtf8(utf8, byte);
      countGb18030(gb, byte);
    }
  }
  if (utf8.need > 0) utf8.odd += 1;
  return { utf8: utf8.good / (utf8.good + utf8.odd || 1), gb18030: gb.good / (gb.good + gb.odd || 1) };
}

function countUtf8(state: { good: number; odd: number; need: number }, byte: number): void {
  if (state.need > 0) {
    if (byte >= 0x80 && byte <= 0xbf) {
      state.need -= 1;
      if (state.need === 0) state.good += 1;
      return;
    }
    state.odd += 1;
    state.need = 0;
  }
  if (byte < 0x80) return;
  if (byte >= 0xc2 && byte <= 0xdf) state.need = 1;
  else if (byte >= 0xe0 && byte <= 0xef) state.need = 2;
  else if (byte >= 0xf0 && byte <= 0xf4) state.need = 3;
  else state.odd += 1;
}

function countGb18030(
  state: { good: number; odd: number; lead: number; digits: number },
  byte: number,
): void {
  if (state.digits > 0) {
    // Inside a four-byte character: digit, high byte, digit.
    state.digits -= 1;
    if (state.digits === 0) state.odd += 1;
    return;
  }
  if (state.lead === 0) {
    if (byte >= 0x81 && byte <= 0xfe) state.lead = byte;
    else if (byte >= 0x80) state.odd += 1;
    return;
  }
  const lead = state.lead;
  state.lead = 0;
  if (byte >= 0x30 && byte <= 0x39) {
    state.digits = 2;
    return;
  }
  const everyday =
    byte >= 0xa1 && byte <= 0xfe && ((lead >= 0xa1 && lead <= 0xa9) || (lead >= 0xb0 && lead <= 0xf7));
  if (everyday) state.good += 1;
  else state.odd += 1;
}
