import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { StockItem } from "../../../api/stock.ts";
import { api } from "../../api.ts";
import { SkuPicker } from "../../ui/sku-picker.tsx";
import { Note, useProblemText } from "../../ui/state.tsx";
import css from "./goods.module.css";

const lookedAtMax = 20;

/** The SKU that a scanned or typed text names exactly, by code or barcode. */
export function exactMatch(items: readonly StockItem[], text: string): StockItem | undefined {
  const plain = (code: string) => code.normalize("NFKC").trim().toUpperCase();
  const wanted = plain(text);
  return items.find(
    (item) => plain(item.code) === wanted || item.barcodes.some((code) => plain(code) === wanted),
  );
}

/** A barcode gun types the code and then Enter; a person may type part of a name and choose. */
export function ScanField({ onItem }: { onItem: (item: StockItem) => void }) {
  const { t } = useTranslation();
  const textOf = useProblemText();
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const take = (item: StockItem) => {
    onItem(item);
    setText("");
    setProblem(null);
  };
  const find = async () => {
    const wanted = text.trim();
    if (wanted === "") return;
    try {
      const { items } = await api.stock({ search: wanted, limit: lookedAtMax });
      const found = exactMatch(items, wanted) ?? (items.length === 1 ? items[0] : undefined);
      if (found !== undefined) take(found);
      else setProblem(t(items.length === 0 ? "goods.unknown" : "goods.several", { text: wanted }));
    } catch (error) {
      setProblem(textOf(error));
    }
  };
  return (
    <form
      className={css.scan}
      onSubmit={(event) => {
        event.preventDefault();
        void find();
      }}
    >
      <div className={css.scanRow}>
        <SkuPicker value={text} onChange={setText} onPick={take} placeholder={t("goods.scan")} />
        <Button htmlType="submit" size="large">
          {t("goods.add")}
        </Button>
      </div>
      {problem !== null && <Note tone="warn">{problem}</Note>}
    </form>
  );
}
