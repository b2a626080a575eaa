import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../../ui/icon.tsx";
import { SkuPicker } from "../../ui/sku-picker.tsx";
import { ImportShow } from "./import-show.tsx";
import { newSlotId, slotOf, type DraftSlot } from "./plan.ts";
import css from "./sessions.module.css";

interface AddProductsProps {
  readonly empty: boolean;
  readonly onAdd: (slots: readonly DraftSlot[]) => void;
  readonly onReplace: (slots: readonly DraftSlot[]) => void;
}

/** Products come into the run-of-show one by one by search, or many at once by paste or file. */
export function AddProducts({ empty, onAdd, onReplace }: AddProductsProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [many, setMany] = useState(false);
  return (
    <div className={css.add}>
      <SkuPicker
        value={text}
        onChange={setText}
        placeholder={t("plan.add.search")}
        onPick={(item) => {
          onAdd([slotOf({ sku: item.sku }, newSlotId())]);
          // The field writes the code that was chosen into itself first.
          queueMicrotask(() => setText(""));
        }}
      />
      <Button icon={<Icon name="upload" size={16} />} onClick={() => setMany(true)}>
        {t("plan.add.many")}
      </Button>
      {many && (
        <ImportShow empty={empty} onAdd={onAdd} onReplace={onReplace} onClose={() => setMany(false)} />
      )}
    </div>
  );
}
