import { isDateFormat } from "./excel-date.ts";
import type { FileLimits } from "./limits.ts";
import { ImportFileError } from "../problem.ts";
import { xmlReader } from "./xml.ts";
import type { XmlListener } from "./xml.ts";
import type { Archive } from "./zip.ts";

export interface SheetPart {
  readonly name: string;
  /** Where it is in the archive. */
  readonly part: string;
  readonly hidden: boolean;
}

/** All of a workbook but the cells. */
export interface Workbook {
  readonly sheets: readonly SheetPart[];
  readonly from1904: boolean;
  /** By style number: does it show dates? */
  readonly dateStyles: readonly boolean[];
  /** The texts that cells refer to by number. */
  readonly texts: readonly string[];
}

interface Relation {
  readonly id: string;
  /** Last word of its type's address: `worksheet`, `styles`, `sharedStrings`, `officeDocument`. */
  readonly kind: string;
  readonly part: string;
}

/**
 * @throws ImportFileError `not_a_table` (a document of another kind), `xlsx_damaged`, `xlsx_too_large`
 */
export async function readWorkbook(archive: Archive, limits: FileLimits): Promise<Workbook> {
  const main = (await relationsOf(archive, "", limits)).find(
    (relation) => relation.kind === "officeDocument",
  );
  if (main === undefined || !archive.has(main.part)) throw new ImportFileError("xlsx_damaged");
  if (!main.part.endsWith(".xml")) throw new ImportFileError("not_a_table");
  const relations = await relationsOf(archive, main.part, limits);
  const { sheets, from1904 } = await readSheetList(archive, main.part, relations, limits);
  if (sheets.length === 0) throw new ImportFileError("not_a_table");
  const partOf = (kind: string): string | undefined =>
    relations.find((relation) => relation.kind === kind && archive.has(relation.part))?.part;
  return {
    sheets,
    from1904,
    dateStyles: await readDateStyles(archive, partOf("styles"), limits),
    texts: await readTexts(archive, partOf("sharedStrings"), limits),
  };
}

async function relationsOf(archive: Archive, part: string, limits: FileLimits): Promise<Relation[]> {
  const slash = part.lastIndexOf("/") + 1;
  const folder = part.slice(0, slash);
  const name = `${folder}_rels/${part.slice(slash)}.rels`;
  if (!archive.has(name)) return [];
  const relations: Relation[] = [];
  await readPart(archive, name, limits, (element, attribute) => {
    if (element !== "Relationship") return;
    const [id, type, target] = [attribute("Id"), attribute("Type"), attribute("Target")];
    if (id === undefined || type === undefined || target === undefined) return;
    relations.push({
      id,
      kind: type.slice(type.lastIndexOf("/") + 1),
      part: target.startsWith("/") ? target.slice(1) : resolved(folder, target),
    });
  });
  return relations;
}

function resolved(folder: string, target: string): string {
  const path = folder.split("/").slice(0, -1);
  for (const step of target.split("/")) {
    if (step === "..") path.pop();
    else if (step !== "." && step !== "") path.push(step);
  }
  return path.join("/");
}

async function readSheetList(
  archive: Archive,
  part: string,
  relations: readonly Relation[],
  limits: FileLimits,
): Promise<{ sheets: SheetPart[]; from1904: boolean }> {
  const sheets: SheetPart[] = [];
  let from1904 = false;
  await readPart(archive, part, limits, (element, attribute) => {
    if (element === "workbookPr") from1904 = /^(?:1|true)$/.test(attribute("date1904") ?? "");
    if (element !== "sheet") return;
    const relation = relations.find(({ id, kind }) => id === attribute("id") && kind === "worksheet");
    if (relation === undefined || !archive.has(relation.part)) return;
    const hidden = (attribute("state") ?? "visible") !== "visible";
    sheets.push({ name: attribute("name") ?? "", part: relation.part, hidden });
  });
  return { sheets, from1904 };
}

async function readDateStyles(
  archive: Archive,
  part: string | undefined,
  limits: FileLimits,
): Promise<boolean[]> {
  const codes = new Map<number, string>();
  const styles: boolean[] = [];
  let inCellStyles = false;
  if (part === undefined) return styles;
  await readPart(archive, part, limits, (element, attribute) => {
    if (element === "numFmt") codes.set(Number(attribute("numFmtId")), attribute("formatCode") ?? "");
    if (element === "cellStyleXfs") inCellStyles = false;
    if (element === "cellXfs") inCellStyles = true;
    if (element !== "xf" || !inCellStyles) return;
    const id = Number(attribute("numFmtId") ?? 0);
    styles.push(isDateFormat(id, codes.get(id)));
  });
  return styles;
}

async function readPart(
  archive: Archive,
  part: string,
  limits: FileLimits,
  open: XmlListener["open"],
): Promise<void> {
  const reader = xmlReader({ open, close: () => {}, text: () => {} });
  // Small parts are given whole: an attribute that holds ">" must not be cut in two.
  reader.write(await archive.text(part, limits.xlsxPartBytesMax));
  reader.end();
}

async function readTexts(archive: Archive, part: string | undefined, limits: FileLimits): Promise<string[]> {
  const texts: string[] = [];
  if (part === undefined) return texts;
  const collector = textCollector(limits.cellCharsMax);
  const reader = xmlReader({
    open(name) {
      if (name === "si") collector.begin();
      else collector.open(name);
    },
    close(name) {
      if (name !== "si") return collector.close(name);
      if (texts.length >= limits.xlsxTextsMax) {
        throw new ImportFileError("xlsx_too_large", { limit: limits.xlsxTextsBytesMax });
      }
      texts.push(collector.end());
    },
    text: (text) => collector.text(text),
  });
  for await (const chunk of archive.stream(part, limits.xlsxTextsBytesMax)) reader.write(chunk);
  reader.end();
  return texts;
}

/** Gathers the text of a cell: every `t` (rich text has several), but not the `t` of a reading aid (`rPh`). */
export interface TextCollector {
  begin(): void;
  open(name: string): void;
  text(text: string): void;
  close(name: string): void;
  end(): string;
}

/** @param charsMax beyond it one more character is kept, so that "too long" can be seen */
export function textCollector(charsMax: number): TextCollector {
  let gathered = "";
  let inText = false;
  let inReading = false;
  return {
    begin() {
      gathered = "";
      inText = inReading = false;
    },
    open(name) {
      if (name === "rPh") inReading = true;
      else if (name === "t") inText = !inReading;
    },
    text(text) {
      if (inText && gathered.length <= charsMax) gathered += text.slice(0, charsMax + 1 - gathered.length);
    },
    close(name) {
      if (name === "rPh") inReading = false;
      else if (name === "t") inText = false;
    },
    end: () => plainText(gathered),
  };
}

/** Shorter strings are copied by the engine itself. */
const sharedCharsMin = 13;

/**
 * Undoes Excel's `_x000D_` for characters that XML cannot hold, and copies the text: a piece of a chunk would keep
 * the whole chunk in memory.
 */
export function plainText(text: string): string {
  const own = text.length < sharedCharsMin ? text : Buffer.from(text).toString();
  if (!own.includes("_x")) return own;
  return own.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
