import { useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { TransferItem, TransferReceiveBody } from "../../../api/floor.ts";
import { useFormat } from "../../ui/format.ts";
import { useKeyed } from "../../ui/use-keyed.ts";
import { floorApi, floorKeys } from "./client.ts";

export type ArrivedLine = TransferItem["lines"][number];

export interface Arrived {
  readonly quantity: number;
  readonly damaged: number;
}

const nothing: Arrived = { quantity: 0, damaged: 0 };
export const arrivedKey = ({ sku, lot, quality }: ArrivedLine): string =>
  `${sku}\u0000${lot}\u0000${quality}`;

/** What arrives of a transfer now: a scan, a typed figure, and receiving it. */
export function useArrivals(item: TransferItem) {
  const { t } = useTranslation();
  const format = useFormat();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [now, setNow] = useState<ReadonlyMap<string, Arrived>>(new Map());
  const [said, setSaid] = useState<string | null>(null);
  const receive = useKeyed((body: TransferReceiveBody, key) => floorApi.receive(item.transfer, body, key));
  const arrivedOf = (line: ArrivedLine): Arrived => now.get(arrivedKey(line)) ?? nothing;
  const set = (line: ArrivedLine, part: Partial<Arrived>) =>
    setNow((before) =>
      new Map(before).set(arrivedKey(line), { ...(before.get(arrivedKey(line)) ?? nothing), ...part }),
    );
  const scan = (sku: string, code: string, name: string) => {
    setSaid(null);
    const lines = item.lines.filter((line) => line.sku === sku);
    if (lines.length === 0) return setSaid(t("floor.transfers.unknown", { code }));
    const line = lines.find((one) => arrivedOf(one).quantity < one.open);
    if (line === undefined) return setSaid(t("floor.transfers.full", { name }));
    set(line, { quantity: arrivedOf(line).quantity + 1 });
  };
  const units = [...now.values()].reduce((sum, { quantity }) => sum + quantity, 0);
  const wrong = [...now.values()].some(({ quantity, damaged }) => damaged > quantity);
  const submit = (into: string, override?: string) => {
    const lines = item.lines.flatMap((line) => {
      const { quantity, damaged } = arrivedOf(line);
      const { sku, lot, quality } = line;
      return quantity === 0 ? [] : [{ sku, lot, quality, quantity, damaged, bin: into.trim() }];
    });
    const body: TransferReceiveBody = { lines, ...(override === undefined ? {} : { override }) };
    receive.mutate(body, {
      onSuccess: () => {
        message.success(t("floor.transfers.received_ok", { n: format.number(units) }));
        void client.invalidateQueries({ queryKey: floorKeys.all });
      },
    });
  };
  return { arrivedOf, set, scan, said, units, wrong, receive, submit };
}
