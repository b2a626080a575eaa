import type { Language } from "../../domain/live/words.ts";
import type { DayReport, Figures } from "../../domain/report/day-report.ts";
import type { SaleSums } from "../../domain/report/fold.ts";
import { daySheet, type Sheet, type SheetCell } from "../../domain/report/sheet.ts";

/** The workbook of a day: each SKU with its balance, and the sums by channel, category and zone. */
export function daySheets(report: DayReport, language: Language): readonly Sheet[] {
  const say = (zh: string, en: string): string => (language === "zh" ? zh : en);
  const saleHeaders = [say("成交件数", "Sold"), say("预售件数", "Presold"), say("成交金额", "Amount")];
  const stockHeaders = [
    say("期初", "Opening"),
    say("入库", "Received"),
    say("退回", "Returned"),
    say("盘点与报损", "Adjusted"),
    say("发货", "Shipped"),
    say("期末", "Closing"),
  ];
  const { totals } = report;
  return [
    daySheet(report, language),
    {
      title: say("按渠道", "By channel"),
      headers: [say("渠道", "Channel"), say("订单数", "Orders"), ...saleHeaders, say("发货", "Shipped")],
      rows: [
        ...report.channels.map(({ channel, sales, shipped }) => [
          text(channel),
          number(sales.orders),
          ...saleCells(sales),
          number(shipped),
        ]),
        [
          text(say("合计", "Total")),
          number(totals.sales.orders),
          ...saleCells(totals.sales),
          number(totals.shipped),
        ],
      ],
    },
    {
      title: say("按类目", "By category"),
      headers: [say("类目", "Category"), ...stockHeaders, ...saleHeaders],
      rows: [
        ...report.categories.map((one) => [text(one.category), ...stockCells(one), ...saleCells(one.sales)]),
        [text(say("合计", "Total")), ...stockCells(totals), ...saleCells(totals.sales)],
      ],
    },
    {
      title: say("按库区", "By zone"),
      headers: [
        say("库区", "Zone"),
        say("期初", "Opening"),
        say("进", "In"),
        say("出", "Out"),
        say("期末", "Closing"),
      ],
      rows: [
        ...report.zones.map(({ zone, opening, in: came, out, closing }) => [
          text(zone === "" ? say("未上架", "Not put away") : zone),
          ...[opening, came, out, closing].map(number),
        ]),
        [
          text(say("合计", "Total")),
          number(sum(report.zones.map(({ opening }) => opening))),
          number(sum(report.zones.map(({ in: came }) => came))),
          number(sum(report.zones.map(({ out }) => out))),
          number(sum(report.zones.map(({ closing }) => closing))),
        ],
      ],
    },
    ...lateSheet(report, say),
  ];
}

/** What belongs to earlier days, by day; no sheet where there is nothing. */
function lateSheet({ late = [] }: DayReport, say: (zh: string, en: string) => string): readonly Sheet[] {
  if (late.length === 0) return [];
  const rows = late.flatMap(({ date, rows: of }) => of.map((row) => ({ date, ...row })));
  const sumOf = (of: (row: (typeof rows)[number]) => number): SheetCell => number(sum(rows.map(of)));
  return [
    {
      title: say("迟到", "Late"),
      headers: [
        say("属于", "Day"),
        say("商品编码", "SKU"),
        say("商品名称", "Name"),
        say("流水", "Movements"),
        say("在库增减", "On hand"),
        say("成交件数", "Sold"),
        say("预售件数", "Presold"),
        say("成交金额", "Amount"),
        say("取消件数", "Cancelled"),
      ],
      rows: [
        ...rows.map(({ date, code, name, movements, onHand, sales }) => [
          ...[date, code, name].map(text),
          ...[movements, onHand].map(number),
          ...saleCells(sales),
          number(sales.cancelled),
        ]),
        [
          text(say("合计", "Total")),
          text(""),
          text(""),
          sumOf((row) => row.movements),
          sumOf((row) => row.onHand),
          sumOf((row) => row.sales.sold),
          sumOf((row) => row.sales.presold),
          { as: "money", minor: sum(rows.map((row) => row.sales.amount)) },
          sumOf((row) => row.sales.cancelled),
        ],
      ],
    },
  ];
}

function saleCells(sales: SaleSums): readonly SheetCell[] {
  return [number(sales.sold), number(sales.presold), { as: "money", minor: sales.amount }];
}

function stockCells(one: Figures): readonly SheetCell[] {
  const { opening, openingStock, received, returned, adjusted, shipped, closing } = one;
  return [opening, openingStock + received, returned, adjusted, shipped, closing].map(number);
}

function text(value: string): SheetCell {
  return { as: "text", text: value };
}

function number(value: number): SheetCell {
  return { as: "number", number: value };
}

function sum(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0);
}
