import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cx } from "../../ui/cx.ts";
import { useFormat } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { countingLimits, multiplied } from "./counting.ts";
import { useFeedback } from "./feedback.tsx";
import css from "./pad.module.css";

const fields = ["cases", "each", "loose"] as const;
type Field = (typeof fields)[number];
type Values = Readonly<Record<Field | "units", string>>;

const digits = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "00", "0"] as const;

interface PadState {
  readonly way: "units" | "cases";
  readonly field: Field;
  readonly values: Values;
}

export interface PadControl extends PadState {
  readonly total: number | null;
  readonly press: (key: string) => void;
  readonly erase: () => void;
  readonly choose: (part: Partial<Pick<PadState, "way" | "field">>) => void;
}

/**
 * The numbers of the pad. A key that would make the quantity a barcode's is refused with a word and a sound.
 * @param each units in the product's case, where that is known: only the cases are to be typed then
 */
export function usePad(each: number | null = null): PadControl {
  const { t } = useTranslation();
  const say = useFeedback();
  const [state, setState] = useState<PadState>({
    way: "units",
    field: "cases",
    values: { units: "", cases: "", each: each === null ? "" : String(each), loose: "" },
  });
  const { way, field, values } = state;
  const target = way === "units" ? "units" : field;
  const set = (text: string) => setState({ ...state, values: { ...values, [target]: text } });
  const number = (name: keyof Values) => Number(values[name]);
  const total =
    way === "units"
      ? values.units === ""
        ? null
        : number("units")
      : values.cases === "" || values.each === ""
        ? null
        : multiplied(number("cases"), number("each"), number("loose"));
  return {
    ...state,
    total,
    press: (key) => {
      const text = `${values[target]}${key}`.replace(/^0+(?=\d)/, "");
      if (Number(text) > countingLimits.typedUnitsMax) say("bad", t("phone.bad.quantity"));
      else set(text);
    },
    erase: () => set(values[target].slice(0, -1)),
    choose: (part) => setState({ ...state, ...part }),
  };
}

interface PadProps {
  readonly pad: PadControl;
  readonly name: string;
  readonly onDone: (total: number) => void;
  readonly onClose: () => void;
}

/** Big keys for a thumb: the quantity itself, or cases times the units in each. */
export function Pad({ pad, name, onDone, onClose }: PadProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { way, field, values, total } = pad;
  return (
    <>
      <button type="button" className={css.shade} aria-label={t("common.close")} onClick={onClose} />
      <dialog open className={css.sheet} aria-label={t("phone.pad.title", { name })}>
        <div className={css.ways}>
          {(["units", "cases"] as const).map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={way === one}
              className={cx(css.way, way === one && css.on)}
              onClick={() => pad.choose({ way: one })}
            >
              {t(`phone.pad.way.${one}`)}
            </button>
          ))}
        </div>
        {way === "units" ? (
          <output className={css.figure}>{values.units === "" ? "0" : values.units}</output>
        ) : (
          <div className={css.product}>
            {fields.map((one) => (
              <button
                key={one}
                type="button"
                aria-pressed={field === one}
                className={cx(css.factor, field === one && css.on)}
                onClick={() => pad.choose({ field: one })}
              >
                <small>{t(`phone.pad.${one}`)}</small>
                <b>{values[one] === "" ? "0" : values[one]}</b>
              </button>
            ))}
            <output className={css.sum}>= {format.number(total ?? 0)}</output>
          </div>
        )}
        <Keys pad={pad} />
        <div className={css.foot}>
          <button type="button" className={css.quiet} onClick={onClose}>
            {t("common.cancel")}
          </button>
          <button
            type="button"
            className={css.done}
            disabled={total === null}
            onClick={() => total !== null && onDone(total)}
          >
            {t("phone.pad.done")}
          </button>
        </div>
      </dialog>
    </>
  );
}

function Keys({ pad }: { pad: PadControl }) {
  const { t } = useTranslation();
  return (
    <div className={css.keys}>
      {digits.map((key) => (
        <button key={key} type="button" className={css.key} onClick={() => pad.press(key)}>
          {key}
        </button>
      ))}
      <button type="button" className={css.key} aria-label={t("phone.pad.erase")} onClick={() => pad.erase()}>
        <Icon name="back" size={26} />
      </button>
    </div>
  );
}
