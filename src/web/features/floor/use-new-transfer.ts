import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import type { WarehouseItem } from "../../../api/catalog.ts";
import type { TransferBody } from "../../../api/floor.ts";
import { useKeyed } from "../../ui/use-keyed.ts";
import { floorApi, floorKeys } from "./client.ts";
import type { ScannedSku } from "./scan-sku.tsx";

export interface SentLine {
  readonly sku: string;
  readonly code: string;
  readonly name: string;
  readonly quantity: number | null;
  readonly bin: string;
}

/** A transfer that is being written: its ends, its lines, and sending it. */
export function useNewTransfer(warehouses: readonly WarehouseItem[]) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [from, setFrom] = useState(warehouses[0]?.warehouse ?? "");
  const [to, setTo] = useState(warehouses[1]?.warehouse ?? "");
  const [note, setNote] = useState("");
  const [lines, setLines] = useState<readonly SentLine[]>([]);
  const send = useKeyed((body: TransferBody, key) => floorApi.send(body, key));
  const units = lines.reduce((sum, line) => sum + (line.quantity ?? 0), 0);
  const ready = lines.length > 0 && lines.every((line) => (line.quantity ?? 0) > 0) && from !== to;
  const change = (at: number, part: Partial<SentLine>) =>
    setLines((before) => before.map((line, index) => (index === at ? { ...line, ...part } : line)));
  const remove = (at: number) => setLines((before) => before.filter((_, index) => index !== at));
  const add = ({ sku, code, name }: ScannedSku) =>
    setLines((before) => {
      const at = before.findIndex((line) => line.sku === sku);
      if (at < 0) return [{ sku, code, name, quantity: 1, bin: "" }, ...before];
      return before.map((line, index) =>
        index === at ? { ...line, quantity: (line.quantity ?? 0) + 1 } : line,
      );
    });
  const submit = () => {
    const body: TransferBody = {
      from,
      to,
      note: note.trim(),
      lines: lines.map(({ sku, quantity, bin }) => ({
        sku,
        quantity: quantity ?? 0,
        ...(bin.trim() === "" ? {} : { bin: bin.trim() }),
      })),
    };
    send.mutate(body, {
      onSuccess: ({ transfer }) => {
        void client.invalidateQueries({ queryKey: floorKeys.all });
        void navigate(`/transfers/${encodeURIComponent(transfer)}`);
      },
    });
  };
  return { from, setFrom, to, setTo, note, setNote, lines, add, change, remove, units, ready, send, submit };
}
