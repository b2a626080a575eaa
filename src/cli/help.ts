import { exitOk, exitUsage } from "./exit.ts";
import { nearestOf } from "./flags.ts";
import { say, type Io } from "./io.ts";
import { widthOf } from "./columns.ts";

interface CommandHelp {
  readonly usage: string;
  readonly zh: string;
  readonly en: string;
  readonly flags?: readonly (readonly [flag: string, zh: string, en: string])[];
}

const common: NonNullable<CommandHelp["flags"]> = [
  [
    "--data-dir 目录",
    "数据目录（也可用 ZAIKU_DATA_DIR；默认 ./data）",
    "data folder (or ZAIKU_DATA_DIR; ./data)",
  ],
  ["--json", "只输出一个 JSON 对象", "print one JSON object and nothing else"],
];

const broadcast: NonNullable<CommandHelp["flags"]> = [
  ["--seed 数字", "同一个数字放出同一场", "the same number is the same broadcast"],
  ["--duration 分钟", "8 到 480，默认 240", "minutes on the air, 8 to 480, 240 by default"],
  [
    "--volume 倍数",
    "店的大小，0.01 到 4，默认 1（约 2.2 万单）",
    "size of the shop, 0.01 to 4; 1 is 22,000 orders",
  ],
  ["--channels 个数", "3 到 5 个渠道，默认 5", "3 to 5 channels, 5 by default"],
];

/** What there is, in the order in which somebody new needs it. */
export const commands: Readonly<Record<string, CommandHelp>> = {
  serve: {
    usage: "serve",
    zh: "启动服务和网页",
    en: "start the server and its pages",
    flags: [
      ["--port 端口", "默认 4000（也可用 PORT）", "4000 by default (or PORT)"],
      ["--host 地址", "监听的地址，默认只限本机", "address to listen on; this machine only by default"],
      [
        "--https",
        "另在下一个端口提供 https，证书自动生成（也可用 ZAIKU_HTTPS=on）",
        "also https on the next port, with a certificate of its own (or ZAIKU_HTTPS=on)",
      ],
    ],
  },
  import: {
    usage: "import stock|orders 文件",
    zh: "导入库存表（期初）或订单；同一文件再导入不会重复",
    en: "import a stock list or orders; the same file again changes nothing",
    flags: [
      ["--dry-run", "试算：逐行判断，什么都不写", "decide every row and write nothing"],
      [
        "--profile 方案",
        "用哪个方案读文件（默认自动识别）",
        "the profile to read the file by (recognised by default)",
      ],
      [
        "--channel 渠道",
        "订单：记到哪个渠道（默认按方案）",
        "orders: the channel (the profile's by default)",
      ],
      ["--sheet 工作表", "xlsx：读哪个工作表", "xlsx: the sheet to read"],
      ["--as-of 时间", "库存表：清点的时间（默认现在）", "stock list: when it was counted (now by default)"],
      ["--problems 文件", "把要看的行连同原因存成 CSV", "write the rows to look at, with reasons, as CSV"],
    ],
  },
  stock: {
    usage: "stock",
    zh: "每个 SKU 还有多少",
    en: "how many are left, of every SKU",
    flags: [["--sku 编码", "只看一个，并列出谁占着", "one SKU, and who holds its units"]],
  },
  journal: {
    usage: "journal",
    zh: "库存流水",
    en: "the movements of units",
    flags: [
      ["--sku 编码", "只看一个 SKU", "of one SKU"],
      ["--after 流水号", "这个号之后的，从早到晚", "those after this number, oldest first"],
      ["--limit 条数", "默认 20", "20 by default"],
    ],
  },
  verify: {
    usage: "verify",
    zh: "从流水重算全部账目并比对；有差异时退出码为 1",
    en: "compute all books again from the journal and compare; exit status 1 where they differ",
  },
  backup: {
    usage: "backup 文件",
    zh: "备份到一个文件，服务可以照常运行",
    en: "back up into one file, while the server runs",
  },
  restore: {
    usage: "restore 文件",
    zh: "从备份还原，先校验再放入",
    en: "restore a backup, once it is checked",
    flags: [
      ["--force", "目录里已有数据时：移到一旁再还原", "where there are books already: move them aside first"],
    ],
  },
  token: {
    usage: "token 名称 --scopes a,b",
    zh: "给程序建一个 API 密钥",
    en: "create an API key for a machine",
    flags: [
      [
        "--scopes a,b",
        "stock:read stock:write orders:write catalog:write admin",
        "stock:read stock:write orders:write catalog:write admin",
      ],
    ],
  },
  demo: {
    usage: "demo",
    zh: "演示：一家模拟的店，一晚直播，在浏览器里看",
    en: "a made-up shop and an evening in it, to look at in the browser",
    flags: [
      [
        "--speed 倍数",
        "默认 30（4 小时约 8 分钟）；max 为最快",
        "30 by default (4 h in 8 min); max: as fast as it goes",
      ],
      ...broadcast,
      ["--port 端口", "默认 4000", "4000 by default"],
      ["--host 地址", "0.0.0.0 让手机、平板也能看", "0.0.0.0 lets phones and tablets in"],
    ],
  },
  sim: {
    usage: "sim",
    zh: "模拟一场直播打到真实的接口上，逐件核对账目",
    en: "play a broadcast against the real API and check the books to the unit",
    flags: [
      ["--speed 倍数", "默认最快", "as fast as it goes by default"],
      ...broadcast,
      [
        "--rehearse --session 场次",
        "彩排：在本店数据的副本上演练一个场次，不动真账",
        "rehearse a planned session on a copy of the shop's data; the books stay as they are",
      ],
      [
        "--scale 倍数",
        "彩排：需求是历史的几倍，默认 1",
        "rehearsal: times the demand of the past, 1 by default",
      ],
    ],
  },
  forecast: {
    usage: "forecast evaluate --session 场次 | --sim",
    zh: "两种预计售罄与实际相比差多少",
    en: "how far both sell-out estimates were from what happened",
    flags: [
      ["--session 场次", "一个已播的场次", "a session that was on the air"],
      ["--sim --seeds 个数", "模拟若干场（默认 20）", "so many simulated broadcasts (20 by default)"],
      ["--first-seed 种子", "从这个种子开始（默认 1）", "the first of their seeds (1 by default)"],
    ],
  },
  report: {
    usage: "report day [日期] | session 场次",
    zh: "日报（默认今天）或场次报表",
    en: "the report of a day (today by default) or of a session",
    flags: [
      ["--xlsx 文件", "日报存成 Excel 文件", "a day: write a workbook"],
      ["--csv 文件", "日报存成 CSV 文件", "a day: write a CSV file"],
    ],
  },
  odd: {
    usage: "odd | odd evaluate --sim",
    zh: "找异常订单，并说明为什么；或看规则找得准不准。不改任何东西",
    en: "find odd orders and say why, or how well the rules find them; changes nothing",
    flags: [
      [
        "evaluate --sim --seeds 个数",
        "在模拟场次里查准率、查全率（默认 20 场）",
        "precision and recall on simulated broadcasts (20 by default)",
      ],
      [
        "--first-seed 种子",
        "从这个种子开始（默认 1001，调规则时没用过）",
        "the first of their seeds (1001 by default: none of them tuned a rule)",
      ],
      ["--from 日期 --to 日期", "默认今天", "today by default"],
      ["--set 阈值=数值", "试别的阈值，如 bulkTimes=10", "try other thresholds, as bulkTimes=10"],
    ],
  },
  help: { usage: "help [命令]", zh: "看用法", en: "show this" },
};

/** `help [COMMAND]` */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const name = argv.find((arg) => !arg.startsWith("-"));
  if (name === undefined) {
    printAll(io);
    return exitOk;
  }
  if (!Object.hasOwn(commands, name)) return unknownCommand(name, io);
  printCommand(name, io);
  return exitOk;
}

/** Says that there is no such command, and which one may have been meant. @returns the exit status */
export function unknownCommand(name: string, io: Io): number {
  const nearest = nearestOf(name, Object.keys(commands));
  io.err(
    nearest === null
      ? say(io, `没有命令 ${name}`, `There is no command ${name}`)
      : say(
          io,
          `没有命令 ${name}，是不是 ${nearest}？`,
          `There is no command ${name}; did you mean ${nearest}?`,
        ),
  );
  io.err(say(io, "所有命令见 npm run zaiku -- help", "See npm run zaiku -- help"));
  return exitUsage;
}

function printAll(io: Io): void {
  io.out(say(io, "在库 Zaiku：直播间的库存账", "Zaiku keeps the stock of a live-stream shop true"));
  io.out("");
  io.out(say(io, "用法：npm run zaiku -- 命令 [参数]", "Usage: npm run zaiku -- COMMAND [flags]"));
  io.out("");
  printPairs(
    Object.values(commands).map(({ usage, zh, en }) => [usage, say(io, zh, en)]),
    io,
  );
  io.out("");
  printPairs(
    common.map(([flag, zh, en]) => [flag, say(io, zh, en)]),
    io,
  );
  io.out("");
  io.out(
    say(
      io,
      "用 PostgreSQL：设置 DATABASE_URL。English: LANG=en_US.UTF-8",
      "PostgreSQL: set DATABASE_URL. 中文：LANG=zh_CN.UTF-8",
    ),
  );
}

export function printCommand(name: string, io: Io): void {
  const help = commands[name];
  if (help === undefined) return;
  io.out(`npm run zaiku -- ${help.usage}`);
  io.out(`  ${say(io, help.zh, help.en)}`);
  io.out("");
  const flags = [...(help.flags ?? []), ...common];
  printPairs(
    flags.map(([flag, zh, en]) => [flag, say(io, zh, en)]),
    io,
  );
}

function printPairs(pairs: readonly (readonly [string, string])[], io: Io): void {
  const width = Math.max(...pairs.map(([left]) => widthOf(left)));
  for (const [left, right] of pairs) io.out(`  ${left}${" ".repeat(width - widthOf(left))}  ${right}`);
}
