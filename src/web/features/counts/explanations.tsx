import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { SheetExplanations, SheetLines } from "../../../api/counts.ts";
import { keys } from "../../feed/apply.ts";
import { useProblemText } from "../../ui/state.tsx";
import { countKeys, counts } from "./client.ts";
import css from "./counts.module.css";

export type Explanation = SheetExplanations["items"][number];

const refetchMs = 30_000;

/** What explains the lines of an open sheet, by line. */
export function useExplanations({ item, lines }: SheetLines): ReadonlyMap<string, readonly Explanation[]> {
  const differ = lines.some(
    ({ status, variance }) =>
      status !== "approved" && variance !== null && (variance.low !== 0 || variance.high !== 0),
  );
  const { data } = useQuery({
    queryKey: [...countKeys.explanations(item.sheet), lines.length],
    queryFn: ({ signal }) => counts.explanations(item.sheet, signal),
    enabled: item.status === "open" && differ,
    refetchInterval: refetchMs,
    placeholderData: (before) => before,
  });
  return useMemo(() => {
    const byLine = new Map<string, Explanation[]>();
    for (const one of data?.items ?? [])
      for (const line of one.lines) byLine.set(line, [...(byLine.get(line) ?? []), one]);
    return byLine;
  }, [data]);
}

/** Why a line differs, as papers and other lines say, and the tap that settles it. */
export function Explanations({ sheet, items }: { sheet: string; items: readonly Explanation[] }) {
  return (
    <ul className={css.clues}>
      {items.map((one) => (
        <Clue key={one.explanation} sheet={sheet} one={one} />
      ))}
    </ul>
  );
}

function Clue({ sheet, one }: { sheet: string; one: Explanation }) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const textOf = useProblemText();
  const said = (words: { zh: string; en: string }) => (i18n.language === "en" ? words.en : words.zh);
  const settle = useMutation({
    mutationFn: () => counts.settle(sheet, one.explanation),
    onSuccess: () => {
      message.success(t("counts.clue.done"));
      void client.invalidateQueries({ queryKey: countKeys.all });
      void client.invalidateQueries({ queryKey: keys.stock });
    },
    onError: (error) => {
      message.error(textOf(error));
      void client.invalidateQueries({ queryKey: countKeys.all });
    },
  });
  const { action } = one;
  return (
    <li data-clue={one.kind}>
      <span>
        <b>{t("counts.clue.units", { n: one.units })}</b> {said(one.words)}
      </span>
      {action !== null &&
        (action.page === null ? (
          <Button size="small" loading={settle.isPending} onClick={() => settle.mutate()}>
            {said(action.words)}
          </Button>
        ) : (
          <Link to={action.page}>{said(action.words)}</Link>
        ))}
    </li>
  );
}
