/**
 * What can be wrong with a file or with one of its rows, as a closed list of codes. Each code has one sentence in
 * Chinese and one in English that says what to do about it; pages, terminal and reject files show the same words.
 */

/** What a sentence may mention. Every member is optional so that one shape serves all codes. */
export interface ProblemData {
  /** Header of the column, as it stands in the file. */
  readonly column?: string;
  /** The offending text, cut to `valueCharsMax`. */
  readonly value?: string;
  readonly line?: number;
  readonly expected?: number;
  readonly actual?: number;
  readonly limit?: number;
  readonly name?: string;
}

export interface Sentence {
  readonly zh: string;
  readonly en: string;
}

/** Something wrong with one row. It never ends the import. */
export interface Problem extends Sentence {
  readonly code: RowProblemCode;
  readonly column?: string;
  readonly value?: string;
}

const valueCharsMax = 40;

type Say = (data: ProblemData) => Sentence;

const inColumn = (data: ProblemData): { zh: string; en: string } =>
  data.column === undefined ? { zh: "", en: "" } : { zh: `「${data.column}」`, en: ` in "${data.column}"` };

/** Codes of rows, in the order in which they are checked. */
const rowSentences = {
  quote_unclosed: () => ({
    zh: "引号没有配对：请检查这一行的双引号",
    en: "A quotation mark is never closed: check the quotes on this line",
  }),
  columns_too_few: (d) => ({
    zh: `列数不够：应有 ${d.expected} 列，这一行只有 ${d.actual} 列`,
    en: `Too few columns: ${d.expected} expected, ${d.actual} found`,
  }),
  columns_too_many: (d) => ({
    zh: `列数太多：应有 ${d.expected} 列，这一行有 ${d.actual} 列，可能有文字里带了分隔符而没有加引号`,
    en: `Too many columns: ${d.expected} expected, ${d.actual} found; a text may hold the delimiter without quotes`,
  }),
  cell_too_long: (d) => ({
    zh: `单元格太长：${d.actual} 个字符，最多 ${d.limit} 个`,
    en: `A cell is too long: ${d.actual} characters, at most ${d.limit}`,
  }),
  cell_error: (d) => ({
    zh: `单元格里是公式错误 ${d.value}：请在表格里改正后再导入`,
    en: `A cell holds the formula error ${d.value}: correct it in the spreadsheet`,
  }),
  required_empty: (d) => ({
    zh: `${inColumn(d).zh}不能为空`,
    en: `A value is required${inColumn(d).en}`,
  }),
  id_mangled: (d) => ({
    zh: `${inColumn(d).zh}被 Excel 改写成科学计数法（${d.value}），后面的数字已经丢失：请重新导出，或先把该列设为文本格式再粘贴`,
    en: `Excel turned the number${inColumn(d).en} into scientific notation (${d.value}) and its last digits are lost: export again, or format the column as text first`,
  }),
  id_too_long: (d) => ({
    zh: `${inColumn(d).zh}太长：${d.actual} 个字符，最多 ${d.limit} 个`,
    en: `Too long${inColumn(d).en}: ${d.actual} characters, at most ${d.limit}`,
  }),
  id_invalid: (d) => ({
    zh: `${inColumn(d).zh}含有控制字符，无法识别`,
    en: `There are control characters${inColumn(d).en}`,
  }),
  not_number: (d) => ({
    zh: `${inColumn(d).zh}不是数字：${d.value}`,
    en: `Not a number${inColumn(d).en}: ${d.value}`,
  }),
  not_integer: (d) => ({
    zh: `${inColumn(d).zh}必须是整数：${d.value}`,
    en: `A whole number is needed${inColumn(d).en}: ${d.value}`,
  }),
  too_precise: (d) => ({
    zh: `${inColumn(d).zh}的小数位太多：${d.value}`,
    en: `Too many decimals${inColumn(d).en}: ${d.value}`,
  }),
  too_large: (d) => ({
    zh: `${inColumn(d).zh}太大：${d.value}`,
    en: `Too large${inColumn(d).en}: ${d.value}`,
  }),
  negative: (d) => ({
    zh: `${inColumn(d).zh}不能是负数：${d.value}`,
    en: `Must not be negative${inColumn(d).en}: ${d.value}`,
  }),
  not_positive: (d) => ({
    zh: `${inColumn(d).zh}必须大于 0：${d.value}`,
    en: `Must be above 0${inColumn(d).en}: ${d.value}`,
  }),
  not_negative: (d) => ({
    zh: `${inColumn(d).zh}应为负数（冲减的数量）：${d.value}`,
    en: `A negative quantity is expected${inColumn(d).en}: ${d.value}`,
  }),
  not_date: (d) => ({
    zh: `${inColumn(d).zh}不是能识别的时间：${d.value}`,
    en: `Not a date that the profile knows${inColumn(d).en}: ${d.value}`,
  }),
  time_missing: () => ({
    zh: "没有下单时间，也没有其他时间可用",
    en: "There is no order time and no other time to use",
  }),
  sku_missing: () => ({
    zh: "商家编码和商品ID都是空的，不知道是哪个商品",
    en: "Neither a merchant code nor a listing id: the product is unknown",
  }),
  status_unknown: (d) => ({
    zh: `${inColumn(d).zh}是没见过的状态：${d.value}。这些件数先占用着，请在方案里补上它的意思`,
    en: `Unknown status${inColumn(d).en}: ${d.value}. The units stay held; add its meaning to the profile`,
  }),
  refund_unknown: (d) => ({
    zh: `${inColumn(d).zh}是没见过的售后状态：${d.value}。库存不变，请在方案里补上它的意思`,
    en: `Unknown refund status${inColumn(d).en}: ${d.value}. It moves nothing; add its meaning to the profile`,
  }),
} satisfies Record<string, Say>;

export type RowProblemCode = keyof typeof rowSentences;
export const rowProblemCodes = Object.keys(rowSentences) as readonly RowProblemCode[];

const fileSentences = {
  file_missing: (d) => ({ zh: `找不到文件：${d.name}`, en: `No such file: ${d.name}` }),
  file_empty: () => ({ zh: "文件是空的", en: "The file is empty" }),
  file_too_large: (d) => ({
    zh: `文件太大：最多 ${mebi(d.limit)} MiB，请分成几个文件导入`,
    en: `The file is too large: at most ${mebi(d.limit)} MiB; split it`,
  }),
  header_only: () => ({
    zh: "文件里只有表头，没有数据行",
    en: "The file has a header row and no data rows",
  }),
  rows_too_many: (d) => ({
    zh: `行数太多：最多 ${d.limit} 行，请分成几个文件导入`,
    en: `Too many rows: at most ${d.limit}; split the file`,
  }),
  header_columns_too_many: (d) => ({
    zh: `列数太多：表头有 ${d.actual} 列，最多 ${d.limit} 列`,
    en: `Too many columns: the header has ${d.actual}, at most ${d.limit}`,
  }),
  line_too_long: (d) => ({
    zh: `第 ${d.line} 行太长（超过 ${mebi(d.limit)} MiB）：这不像是表格文件`,
    en: `Line ${d.line} is longer than ${mebi(d.limit)} MiB: this does not look like a table`,
  }),
  encoding_broken: (d) => ({
    zh: `第 ${d.line} 行有残缺的字符（文件可能没有下载完整，或编码混乱）：请重新导出为 UTF-8 或 GB18030`,
    en: `Line ${d.line} holds a broken character (an incomplete download, or mixed encodings): export again as UTF-8 or GB18030`,
  }),
  not_a_table: () => ({
    zh: "这不是表格文件：请导出为 CSV 或 xlsx",
    en: "This is not a table: export it as CSV or xlsx",
  }),
  html_table: () => ({
    zh: "这其实是网页（HTML）而不是表格：请用 Excel 或 WPS 打开，另存为 xlsx 或 CSV",
    en: "This is a web page (HTML), not a table: open it in a spreadsheet and save it as xlsx or CSV",
  }),
  old_xls: () => ({
    zh: "这是旧版 .xls 或加了密码的表格：请用 Excel 或 WPS 打开，另存为不带密码的 xlsx 或 CSV",
    en: "This is an old .xls or a password-protected workbook: open it and save it as xlsx or CSV without a password",
  }),
  zip_not_xlsx: () => ({
    zh: "这是压缩包，不是 xlsx 表格：请先解压，再导入里面的文件",
    en: "This is an archive, not an xlsx workbook: unpack it and import the file inside",
  }),
  xlsx_damaged: () => ({
    zh: "xlsx 文件损坏，无法读取：请用 Excel 或 WPS 打开后另存",
    en: "The xlsx file is damaged: open it in a spreadsheet and save it again",
  }),
  xlsx_encrypted: () => ({
    zh: "xlsx 文件加了密：请另存为不带密码的文件",
    en: "The xlsx file is encrypted: save it without a password",
  }),
  xlsx_nested: (d) => ({
    zh: `xlsx 里还套着另一个压缩文件（${d.name}）：请另存为只含数据的 xlsx 或 CSV`,
    en: `The xlsx file holds another archive (${d.name}): save the data alone as xlsx or CSV`,
  }),
  xlsx_too_large: (d) => ({
    zh: `xlsx 解压后太大（超过 ${mebi(d.limit)} MiB）：请另存为 CSV，或分成几个文件`,
    en: `The xlsx file inflates to more than ${mebi(d.limit)} MiB: save it as CSV, or split it`,
  }),
  xlsx_ratio: (d) => ({
    zh: `xlsx 的压缩比异常（超过 ${d.limit} 倍），可能是压缩炸弹，已拒绝`,
    en: `The xlsx file inflates more than ${d.limit} times, as a ZIP bomb does: refused`,
  }),
  sheet_missing: (d) => ({
    zh: `没有名为「${d.value}」的工作表，有的是：${d.name}`,
    en: `No sheet named "${d.value}"; there are: ${d.name}`,
  }),
  profile_mismatch: (d) => ({
    zh: `文件和方案「${d.value}」对不上，缺少这些列：${d.name}`,
    en: `The file does not fit the profile "${d.value}"; these columns are missing: ${d.name}`,
  }),
  profile_unknown: (d) => ({
    zh: `没有适合这个文件的方案：请在导入页把各列对应一次，或用 --profile 指定。文件的表头是：${d.name}`,
    en: `No profile fits this file: map its columns once on the import page, or name one with --profile. Its header is: ${d.name}`,
  }),
  read_once: () => ({
    zh: "文件的行只能读一遍，请重新打开",
    en: "The rows of a file can be read once: open it again",
  }),
} satisfies Record<string, Say>;

export type FileErrorCode = keyof typeof fileSentences;
export const fileErrorCodes = Object.keys(fileSentences) as readonly FileErrorCode[];

function mebi(bytes: number | undefined): number {
  return Math.round((bytes ?? 0) / 1_048_576);
}

/** Says what is wrong with a row. */
export function problem(code: RowProblemCode, data: ProblemData = {}): Problem {
  const value = data.value === undefined ? undefined : cut(data.value);
  const say: Say = rowSentences[code];
  const sentence = say({ ...data, value });
  return {
    code,
    ...sentence,
    ...(data.column === undefined ? {} : { column: data.column }),
    ...(value === undefined ? {} : { value }),
  };
}

function cut(text: string): string {
  return text.length <= valueCharsMax ? text : `${text.slice(0, valueCharsMax)}…`;
}

/** The whole file cannot be read. `message` is the English sentence; `zh` and `en` are for people. */
export class ImportFileError extends Error {
  readonly code: FileErrorCode;
  readonly zh: string;
  readonly en: string;
  /** 1-based line of the file, where one is to blame. */
  readonly line: number | undefined;

  constructor(code: FileErrorCode, data: ProblemData = {}, cause?: unknown) {
    const say: Say = fileSentences[code];
    const sentence = say(data);
    super(sentence.en, cause === undefined ? undefined : { cause });
    this.name = "ImportFileError";
    this.code = code;
    this.zh = sentence.zh;
    this.en = sentence.en;
    this.line = data.line;
  }
}
