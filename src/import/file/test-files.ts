import { deflateRawSync } from "node:zlib";

/** Files made for tests, of kinds that no library here writes. */

let gbBytes: Map<string, number[]> | undefined;

/** Encodes text as GB18030 (characters of one and two bytes). The platform can only decode it, so decoding is turned round. */
export function gb18030Bytes(text: string): Buffer {
  gbBytes ??= pairs();
  const bytes: number[] = [];
  for (const char of text) {
    const code = char.charCodeAt(0);
    const pair = code < 0x80 ? [code] : gbBytes.get(char);
    if (pair === undefined) throw new RangeError(`no two-byte GB18030 code for ${char}`);
    bytes.push(...pair);
  }
  return Buffer.from(bytes);
}

function pairs(): Map<string, number[]> {
  const decoder = new TextDecoder("gb18030");
  const known = new Map<string, number[]>();
  for (let lead = 0xa1; lead <= 0xf7; lead += 1) {
    for (let trail = 0xa1; trail <= 0xfe; trail += 1) {
      const char = decoder.decode(Uint8Array.of(lead, trail));
      if (char.length === 1 && char !== "\ufffd") known.set(char, [lead, trail]);
    }
  }
  return known;
}

export interface ZipPart {
  readonly name: string;
  /** Inflated bytes, or ready deflated ones. */
  readonly bytes: Uint8Array;
  readonly deflated?: boolean;
  /** What the headers say the size is, where that is a lie. */
  readonly claimedBytes?: number;
  readonly encrypted?: boolean;
}

/** Writes a ZIP archive by hand, so that its headers can say anything. Checksums are left zero: nobody here reads them. */
export function zipBytes(parts: readonly ZipPart[]): Buffer {
  const pieces: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const name = Buffer.from(part.name);
    const data = part.deflated === true ? Buffer.from(part.bytes) : deflateRawSync(part.bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800 | (part.encrypted === true ? 1 : 0), 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(part.claimedBytes ?? part.bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), common, name]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from([0x50, 0x4b, 1, 2, 20, 0]), common, rest, name]));
    pieces.push(local, data);
    offset += local.length + data.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...pieces, listing, end]);
}

export interface WorkbookParts {
  /** XML between `<worksheet>` and `</worksheet>`, by sheet. */
  readonly sheets: readonly { readonly name: string; readonly xml: string; readonly hidden?: boolean }[];
  /** XML between `<sst>` and `</sst>`. */
  readonly texts?: string;
  /** XML between `<styleSheet>` and `</styleSheet>`. */
  readonly styles?: string;
  readonly from1904?: boolean;
}

const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const relations = "http://schemas.openxmlformats.org/package/2006/relationships";

/** The parts of an xlsx workbook, to be zipped with `zipBytes`, perhaps with others. */
export function workbookParts(workbook: WorkbookParts): ZipPart[] {
  const part = (name: string, xml: string): ZipPart => ({
    name,
    bytes: Buffer.from(`<?xml version="1.0"?>${xml}`),
  });
  const sheetList = workbook.sheets.map(
    ({ name, hidden }, at) =>
      `<sheet name="${name}" sheetId="${at + 1}" r:id="rId${at + 1}"${hidden === true ? ' state="hidden"' : ""}/>`,
  );
  const targets = [
    ...workbook.sheets.map((_, at) => ["worksheet", `worksheets/sheet${at + 1}.xml`]),
    ["sharedStrings", "sharedStrings.xml"],
    ["styles", "/xl/styles.xml"],
  ];
  const relationList = targets.map(
    ([kind, target], at) => `<Relationship Id="rId${at + 1}" Type="${office}/${kind}" Target="${target}"/>`,
  );
  const properties = `<workbookPr${workbook.from1904 === true ? ' date1904="1"' : ""}/>`;
  return [
    part("[Content_Types].xml", "<Types/>"),
    part(
      "_rels/.rels",
      `<Relationships xmlns="${relations}"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    part(
      "xl/workbook.xml",
      `<workbook xmlns="${main}" xmlns:r="${office}">${properties}<sheets>${sheetList.join("")}</sheets></workbook>`,
    ),
    part(
      "xl/_rels/workbook.xml.rels",
      `<Relationships xmlns="${relations}">${relationList.join("")}</Relationships>`,
    ),
    part("xl/sharedStrings.xml", `<sst xmlns="${main}">${workbook.texts ?? ""}</sst>`),
    part("xl/styles.xml", `<styleSheet xmlns="${main}">${workbook.styles ?? ""}</styleSheet>`),
    ...workbook.sheets.map(({ xml }, at) =>
      part(`xl/worksheets/sheet${at + 1}.xml`, `<worksheet xmlns="${main}">${xml}</worksheet>`),
    ),
  ];
}
