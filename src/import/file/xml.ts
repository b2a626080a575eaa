import { decode, Parser } from "saxen";
import { ImportFileError } from "../problem.ts";

/** What a part of a workbook tells its reader. Names come without their namespace prefix. */
export interface XmlListener {
  open(name: string, attributes: XmlAttributes): void;
  close(name: string): void;
  text(text: string): void;
}

/** Reads one attribute of the open element; undefined where it has none of that name, whatever its prefix. */
export type XmlAttributes = (name: string) => string | undefined;

export interface XmlReader {
  write(chunk: string): void;
  end(): void;
}

/** Elements of a workbook nest less than ten deep. */
const depthMax = 64;
/** Characters read without completing a tag or a text. Bounds both memory and the time of reading it again. */
const tokenCharsMax = 1_048_576;

/**
 * A streaming reader of one XML part. No document types, no entities but the five of XML: nothing expands.
 *
 * @throws ImportFileError `xlsx_damaged`
 */
export function xmlReader(listener: XmlListener): XmlReader {
  const parser = new Parser();
  let depth = 0;
  let waitingChars = 0;
  parser.on("openTag", (name, attributes) => {
    waitingChars = 0;
    depth += 1;
    if (depth > depthMax) throw new ImportFileError("xlsx_damaged");
    listener.open(localName(name), attributeReader(attributes));
  });
  parser.on("closeTag", (name) => {
    waitingChars = 0;
    depth -= 1;
    listener.close(localName(name));
  });
  parser.on("text", (text, decodeEntities) => {
    waitingChars = 0;
    listener.text(text.includes("&") ? decodeEntities(text) : text);
  });
  parser.on("cdata", (text) => {
    waitingChars = 0;
    listener.text(text);
  });
  parser.on("error", (error) => {
    throw error instanceof ImportFileError ? error : new ImportFileError("xlsx_damaged", {}, error);
  });
  return {
    write(chunk) {
      waitingChars += chunk.length;
      parser.write(chunk);
      if (waitingChars > chunk.length + tokenCharsMax) throw new ImportFileError("xlsx_damaged");
    },
    end() {
      parser.end();
    },
  };
}

function localName(name: string): string {
  const colon = name.indexOf(":");
  return colon < 0 ? name : name.slice(colon + 1);
}

function attributeReader(read: () => Record<string, string> | false): XmlAttributes {
  return (name) => {
    const attributes = read();
    if (attributes === false) return undefined;
    let value = attributes[name];
    if (value === undefined) {
      const prefixed = Object.keys(attributes).find((key) => key.endsWith(`:${name}`));
      value = prefixed === undefined ? undefined : attributes[prefixed];
    }
    return value?.includes("&") === true ? decode(value) : value;
  };
}
