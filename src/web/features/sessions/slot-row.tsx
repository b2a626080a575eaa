import { useSortable } from "@dnd-kit/sortable";
import { CSS } from "@dnd-kit/utilities";
import { memo, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { LookupItem } from "../../../api/stock.ts";
import { cx } from "../../ui/cx.ts";
import { useFormat, type Format } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { NumberField } from "../../ui/number-field.tsx";
import { Tag } from "../../ui/tag.tsx";
import type { Change, DraftSlot } from "./plan.ts";
import css from "./run-of-show.module.css";
import { SlotTerms } from "./slot-terms.tsx";

export interface SlotProblem {
  readonly field: string;
  readonly text: string;
}

interface SlotRowProps {
  readonly slot: DraftSlot;
  readonly number: number;
  readonly startsAt: number;
  readonly endsAt: number;
  /** Undefined: not known yet; null: the shop has no such SKU. */
  readonly product: LookupItem | null | undefined;
  /** It stands in the run-of-show before this. */
  readonly again: boolean;
  readonly problems: readonly SlotProblem[];
  readonly readOnly: boolean;
  readonly products: ReadonlyMap<string, LookupItem>;
  readonly onChange: (change: Change) => void;
}

const minutesMax = 600;

/** One product of the run-of-show: when it is on, and on what terms. */
export const SlotRow = memo(function SlotRow(props: SlotRowProps) {
  const { slot, number, product, problems, readOnly } = props;
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const termsId = useId();
  const { setNodeRef, setActivatorNodeRef, attributes, listeners, transform, transition, isDragging } =
    useSortable({
      id: slot.id,
      disabled: readOnly,
      attributes: { roleDescription: t("plan.drag.role") },
    });
  const name = product == null || product.name === "" ? (product?.code ?? slot.sku) : product.name;
  const shown = open || problems.some(({ field }) => termFields.has(field));
  return (
    <li
      ref={setNodeRef}
      style={{ transform: CSS.Translate.toString(transform), transition }}
      className={cx(css.slot, isDragging && css.dragging, problems.length > 0 && css.wrong)}
      data-slot={slot.id}
    >
      <div className={css.cells}>
        <button
          type="button"
          ref={setActivatorNodeRef}
          className={css.grip}
          {...attributes}
          {...listeners}
          aria-label={t("plan.drag.grip", { name, n: number })}
        >
          <Icon name="grip" />
        </button>
        <Time {...props} />
        <Product {...props} name={name} />
        <Figures {...props} name={name} />
        <Tools {...props} name={name} shown={shown} termsId={termsId} onShow={() => setOpen(!shown)} />
      </div>
      {problems.length > 0 && (
        <ul className={css.problems} role="alert" id={`${slot.id}-problems`}>
          {problems.map(({ field, text }) => (
            <li key={field + text}>{text}</li>
          ))}
        </ul>
      )}
      <div id={termsId} hidden={!shown}>
        {shown && <SlotTerms {...props} name={name} />}
      </div>
    </li>
  );
});

interface ToolsProps extends SlotRowProps {
  readonly name: string;
  readonly shown: boolean;
  readonly termsId: string;
  readonly onShow: () => void;
}

function Tools({ slot, readOnly, onChange, name, shown, termsId, onShow }: ToolsProps) {
  const { t } = useTranslation();
  return (
    <>
      <button
        type="button"
        className={css.tool}
        aria-expanded={shown}
        aria-controls={termsId}
        aria-label={t("plan.termsOf", { name })}
        title={t("plan.terms")}
        onClick={onShow}
      >
        {hasTerms(slot) && <i className={css.mark} />}
        <span className={cx(css.chevron, shown && css.turned)}>
          <Icon name="down" size={16} />
        </span>
      </button>
      <button
        type="button"
        className={css.tool}
        disabled={readOnly}
        aria-label={t("plan.removeOf", { name })}
        title={t("common.remove")}
        onClick={() => onChange({ kind: "remove", id: slot.id })}
      >
        <Icon name="trash" size={16} />
      </button>
    </>
  );
}

const termFields: ReadonlySet<string> = new Set(["buffer", "allotment", "alternates", "tranches"]);

function hasTerms({ buffer, allotment, alternates, tranches }: DraftSlot): boolean {
  return buffer !== null || allotment !== null || alternates.length > 0 || tranches.length > 0;
}

function Time({ number, startsAt, endsAt }: SlotRowProps) {
  const format = useFormat();
  return (
    <div className={css.time}>
      <b>{String(number).padStart(2, "0")}</b>
      <span>
        {format.minute(startsAt)}
        <i>–{format.minute(endsAt)}</i>
      </span>
    </div>
  );
}

function Product({ slot, product, again, name }: SlotRowProps & { name: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (product === null) {
    return (
      <div className={css.product}>
        <b>{slot.sku}</b>
        <small className="tier3">{t("plan.unknownSku")}</small>
      </div>
    );
  }
  const missing = product === undefined ? 0 : Math.max(0, (slot.target ?? 0) - product.sellable);
  return (
    <div className={css.product}>
      <b>
        {name} {again && <Tag>{t("plan.again")}</Tag>}
      </b>
      <small>
        {product !== undefined && (
          <>
            {product.code} {"· "}
            <span className={cx(missing > 0 && "tier2", product.sellable === 0 && "tier3")}>
              {missing > 0
                ? t("plan.sellableShort", {
                    n: format.number(product.sellable),
                    missing: format.number(missing),
                  })
                : t("plan.sellable", { n: format.number(product.sellable) })}
            </span>
          </>
        )}
      </small>
    </div>
  );
}

function decimalsOf(format: Format): number {
  return Math.round(Math.log10(format.moneyScale));
}

/** What most slots need: how long, how many, for how much, how many a buyer. */
function Figures({ slot, product, problems, readOnly, onChange, name }: SlotRowProps & { name: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const decimals = decimalsOf(format);
  const set = (patch: Partial<DraftSlot>) => onChange({ kind: "slot", id: slot.id, patch });
  const bad = (field: string) => ({
    invalid: problems.some((one) => one.field === field),
    describedBy: problems.length > 0 ? `${slot.id}-problems` : undefined,
    disabled: readOnly,
  });
  return (
    <>
      <label className={css.figure}>
        <span>{t("plan.minutes")}</span>
        <NumberField
          {...bad("minutes")}
          required
          least={1}
          most={minutesMax}
          value={slot.minutes}
          label={t("plan.of", { name, field: t("plan.minutes") })}
          suffix={t("plan.minute")}
          onChange={(minutes) => set({ minutes: minutes ?? slot.minutes })}
        />
      </label>
      <label className={css.figure}>
        <span>{t("plan.target")}</span>
        <NumberField
          {...bad("target")}
          least={1}
          value={slot.target}
          label={t("plan.of", { name, field: t("plan.target") })}
          suffix={t("plan.unit")}
          onChange={(target) => set({ target })}
        />
      </label>
      <label className={css.figure}>
        <span>{t("plan.price")}</span>
        <NumberField
          {...bad("price")}
          decimals={decimals}
          value={slot.price}
          label={t("plan.of", { name, field: t("plan.price") })}
          placeholder={product == null ? undefined : String(product.price / format.moneyScale)}
          onChange={(price) => set({ price })}
        />
      </label>
      <label className={css.figure}>
        <span>{t("plan.buyerLimit")}</span>
        <NumberField
          {...bad("buyerLimit")}
          least={1}
          value={slot.buyerLimit}
          label={t("plan.of", { name, field: t("plan.buyerLimit") })}
          placeholder={product?.limitPerBuyer == null ? t("plan.noLimit") : String(product.limitPerBuyer)}
          suffix={t("plan.unit")}
          onChange={(buyerLimit) => set({ buyerLimit })}
        />
      </label>
    </>
  );
}
