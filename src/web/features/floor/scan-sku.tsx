import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { StockItem } from "../../../api/stock.ts";
import { api } from "../../api.ts";
import { SkuPicker } from "../../ui/sku-picker.tsx";
import { Note, useProblemText } from "../../ui/state.tsx";
import css from "./floor.module.css";

const lookedAtMax = 20;

export type ScannedSku = Pick<StockItem, "sku" | "code" | "name">;

/** A gun types a code and Enter; a person types part of a name and chooses. */
export function ScanSku({
  placeholder,
  onItem,
}: {
  placeholder: string;
  onItem: (item: ScannedSku) => void;
}) {
  const { t } = useTranslation();
  const textOf = useProblemText();
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const take = (item: ScannedSku) => {
    onItem(item);
    setText("");
    setProblem(null);
  };
  const find = async () => {
    const wanted = text.normalize("NFKC").trim().toUpperCase();
    if (wanted === "") return;
    try {
      const { items } = await api.stock({ search: text.trim(), limit: lookedAtMax });
      const exact = items.find((one) =>
        [one.code, ...one.barcodes].some((code) => code.normalize("NFKC").trim().toUpperCase() === wanted),
      );
      const found = exact ?? (items.length === 1 ? items[0] : undefined);
      if (found !== undefined) take(found);
      else setProblem(t(items.length === 0 ? "goods.unknown" : "goods.several", { text: text.trim() }));
    } catch (error) {
      setProblem(textOf(error));
    }
  };
  return (
    <form
      className={css.stack}
      onSubmit={(event) => {
        event.preventDefault();
        void find();
      }}
    >
      <div className={css.scanRow}>
        <SkuPicker value={text} onChange={setText} onPick={take} placeholder={placeholder} />
        <Button htmlType="submit" size="large">
          {t("goods.add")}
        </Button>
      </div>
      {problem !== null && <Note tone="warn">{problem}</Note>}
    </form>
  );
}
