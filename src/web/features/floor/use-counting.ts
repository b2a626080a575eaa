import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { TransferItem, TransferReceiveBody } from "../../../api/floor.ts";
import { useFormat } from "../../ui/format.ts";
import { useKeyed } from "../../ui/use-keyed.ts";
import { floorApi, floorKeys } from "./client.ts";

export type CountedLine = TransferItem["lines"][number];
type Counted = Readonly<Record<string, number>>;

export const countedKey = ({ sku, lot, quality }: CountedLine): string => JSON.stringify([sku, lot, quality]);

/** What was counted so far is kept by this browser: a phone that is locked or reloaded goes on. */
function useCounted(item: TransferItem) {
  const name = `zaiku.transfer.${item.transfer}.${item.received}`;
  const [counted, setCounted] = useState<Counted>(() => {
    try {
      return JSON.parse(localStorage.getItem(name) ?? "{}") as Counted;
    } catch {
      return {};
    }
  });
  const change = (next: Counted) => {
    localStorage.setItem(name, JSON.stringify(next));
    setCounted(next);
  };
  return { counted, change, forget: () => localStorage.removeItem(name) };
}

/** Counting a transfer in, unit by unit: what is counted, a scan, a typed figure, and sending it. */
export function useCounting(item: TransferItem, say: (kind: "good" | "bad", text: string) => void) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const { counted, change, forget } = useCounted(item);
  const countOf = (line: CountedLine): number => counted[countedKey(line)] ?? 0;
  const receive = useKeyed((body: TransferReceiveBody, key) => floorApi.receive(item.transfer, body, key));
  const units = item.lines.reduce((sum, line) => sum + countOf(line), 0);
  const set = (line: CountedLine, quantity: number) =>
    change({ ...counted, [countedKey(line)]: Math.min(line.open, Math.max(0, quantity)) });
  const onCode = (code: string) => {
    const wanted = code.normalize("NFKC").trim().toUpperCase();
    const lines = item.lines.filter((line) =>
      [line.sku, line.code, line.lot, ...line.barcodes].some((one) => one.toUpperCase() === wanted),
    );
    const [first] = lines;
    if (first === undefined) return say("bad", t("floor.transfers.unknown", { code }));
    const line = lines.find((one) => countOf(one) < one.open);
    if (line === undefined) return say("bad", t("floor.transfers.full", { name: first.name }));
    change({ ...counted, [countedKey(line)]: countOf(line) + 1 });
    say("good", line.name);
  };
  const submit = (into: string, override?: string) => {
    const lines = item.lines.flatMap((line) => {
      const quantity = countOf(line);
      const { sku, lot, quality } = line;
      return quantity === 0 ? [] : [{ sku, lot, quality, quantity, bin: into.trim() }];
    });
    receive.mutate(
      { lines, ...(override === undefined ? {} : { override }) },
      {
        onSuccess: () => {
          forget();
          say("good", t("floor.transfers.received_ok", { n: format.number(units) }));
          void client.invalidateQueries({ queryKey: floorKeys.all });
        },
        onError: () => say("bad", t("floor.transfers.notReceived")),
      },
    );
  };
  return { countOf, set, onCode, units, receive, submit };
}
