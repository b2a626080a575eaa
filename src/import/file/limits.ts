const mebibyte = 1_048_576;

/** Every limit of reading a file, with its unit in its name. Tests pass smaller ones. */
export const fileLimitsDefault = {
  fileBytesMax: 512 * mebibyte,
  /** Data rows that are not blank. */
  rowsMax: 2_000_000,
  /** What Excel itself allows in a cell. */
  cellCharsMax: 32_767,
  columnsMax: 512,
  /** One physical line of a CSV file; a longer one means that the file is no table. */
  lineCharsMax: 4 * mebibyte,
  /** Physical lines that one quoted record may span before its opening quote is taken for a mistake. */
  recordLinesMax: 100,
  /** All that is inflated while one workbook is read, counted as it comes out, whatever the headers claim. */
  xlsxUncompressedBytesMax: 256 * mebibyte,
  /** Texts are held in memory for as long as the sheet is read, so they have a lower limit. */
  xlsxTextsBytesMax: 128 * mebibyte,
  xlsxTextsMax: 4_000_000,
  /** Inflated ÷ stored. Real sheets reach 60; a bomb reaches 1,000. Small files may do as they like. */
  xlsxRatioMax: 200,
  xlsxRatioFreeBytes: 8 * mebibyte,
  xlsxEntriesMax: 10_000,
  /** Workbook, styles and relations are read whole. */
  xlsxPartBytesMax: 8 * mebibyte,
} as const;

export type FileLimits = { readonly [Name in keyof typeof fileLimitsDefault]: number };

/** Characters that csv-parse is given at a time. */
export const blockChars = 262_144;

/** Rows among which the header is looked for: exports may begin with a title or a date. */
export const headerSearchRowsMax = 10;
