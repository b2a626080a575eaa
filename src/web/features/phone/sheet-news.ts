import type { CounterSheet } from "../../../api/counts.ts";

/** The sheet as a phone knows it, with what is new on it: together they are the whole sheet. */
export function withNews(known: CounterSheet, news: CounterSheet): CounterSheet {
  if (!news.part) return news;
  const bins = new Map(news.bins.map((one) => [one.bin, one]));
  const elsewhere = ({ cell }: { cell: { bin: string } }): boolean => !bins.has(cell.bin);
  return {
    ...news,
    part: false,
    bins: known.bins.map((one) => bins.get(one.bin) ?? one),
    mine: [...known.mine.filter(elsewhere), ...news.mine],
    unclear: [...known.unclear.filter(elsewhere), ...news.unclear],
    goods: { ...known.goods, ...news.goods },
  };
}
