import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { TransferItem, TransferReceiveBody } from "../../../api/floor.ts";
import { ApiError } from "../../api.ts";
import { useFormat } from "../../ui/format.ts";
import { useKeyed } from "../../ui/use-keyed.ts";
import { floorApi, floorKeys } from "./client.ts";
import { lineOfCode } from "./transfer-line.ts";

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

/** What waits on the phone, and what the server did not take of it. */
export interface Arrivals {
  readonly waiting: TransferReceiveBody | null;
  readonly refused: {
    readonly body: TransferReceiveBody;
    readonly words: { readonly zh: string; readonly en: string } | null;
  } | null;
  readonly send: (body: TransferReceiveBody, key: string) => Promise<void>;
}

/** Sends what was counted, or keeps it on the phone where there is no network. */
function useReceive(transfer: string, send: Arrivals["send"]) {
  return useKeyed(async (body: TransferReceiveBody, key): Promise<"sent" | "kept"> => {
    try {
      await floorApi.receive(transfer, body, key);
      return "sent";
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 0 && error.status < 500)) throw error;
      // Whether the server had it or not: under the same key it counts once.
      await send(body, key);
      return "kept";
    }
  });
}

/** Counting a transfer in, unit by unit: what is counted, a scan, a typed figure, and sending it, now or later. */
export function useCounting(
  item: TransferItem,
  say: (kind: "good" | "bad", text: string) => void,
  { send }: Arrivals,
) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const { counted, change, forget } = useCounted(item);
  const countOf = (line: CountedLine): number => counted[countedKey(line)] ?? 0;
  const receive = useReceive(item.transfer, send);
  const units = item.lines.reduce((sum, line) => sum + countOf(line), 0);
  /** More than is on its way, a barcode that slipped into the field among it, changes nothing. */
  const set = (line: CountedLine, quantity: number) => {
    if (quantity > line.open)
      return say("bad", t("floor.transfers.tooMany", { n: format.number(line.open) }));
    change({ ...counted, [countedKey(line)]: Math.max(0, quantity) });
  };
  const onCode = (code: string, unitsOf = 1) => {
    const found = lineOfCode(item.lines, code, unitsOf, countOf);
    if (found === null) return say("bad", t("floor.transfers.unknown", { code }));
    const { line, fits } = found;
    if (!fits) {
      const left = line.open - countOf(line);
      const word = left > 0 ? "floor.transfers.tooMany" : "floor.transfers.full";
      return say("bad", t(word, { name: line.name, n: format.number(left) }));
    }
    change({ ...counted, [countedKey(line)]: countOf(line) + unitsOf });
    say("good", unitsOf === 1 ? line.name : `${line.name} × ${unitsOf}`);
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
        onSuccess: (where) => {
          forget();
          const word = where === "sent" ? "floor.transfers.received_ok" : "floor.transfers.waiting";
          say("good", t(word, { n: format.number(units) }));
          if (where === "kept") return change({});
          void client.invalidateQueries({ queryKey: floorKeys.all });
        },
        onError: () => say("bad", t("floor.transfers.notReceived")),
      },
    );
  };
  /** What was counted without a network, to count on from. */
  const restore = ({ lines }: TransferReceiveBody) =>
    change(
      Object.fromEntries(
        lines.flatMap(({ sku, lot = "", quality = "good", quantity }) => {
          const line = item.lines.find(
            (one) => one.sku === sku && one.lot === lot && one.quality === quality,
          );
          return line === undefined ? [] : [[countedKey(line), Math.min(quantity, line.open)]];
        }),
      ),
    );
  return { countOf, set, onCode, units, receive, submit, restore };
}
