import { useState } from "react";
import { cx } from "./cx.ts";
import css from "./number-field.module.css";
import { readNumber, showNumber } from "./number-text.ts";

interface NumberFieldProps {
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  readonly label: string;
  readonly least?: number;
  readonly most?: number;
  /** Digits behind the point; the value is in the smallest unit: 2 shows 15900 as 159. */
  readonly decimals?: number;
  /** What holds while the field is empty. */
  readonly placeholder?: string;
  readonly suffix?: string;
  /** An empty field goes back to what it was. */
  readonly required?: boolean;
  readonly disabled?: boolean;
  readonly invalid?: boolean;
  readonly describedBy?: string | undefined;
}

const mostDefault = 1_000_000_000;

/**
 * A whole number in a table of many: a plain field of the browser, because hundreds of them must be quick. What
 * is no number in the range is not taken over, and the field says so until it is left.
 */
export function NumberField({
  value,
  onChange,
  label,
  least = 0,
  most = mostDefault,
  decimals = 0,
  placeholder,
  suffix,
  required = false,
  disabled = false,
  invalid = false,
  describedBy,
}: NumberFieldProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const read = typed === null ? { value } : readNumber(typed, { least, most, decimals, required });
  const type = (text: string) => {
    setTyped(text);
    const next = readNumber(text, { least, most, decimals, required });
    if (next !== null && next.value !== value) onChange(next.value);
  };
  return (
    <span className={cx(css.field, (invalid || read === null) && css.bad, disabled && css.off)}>
      <input
        inputMode={decimals > 0 ? "decimal" : "numeric"}
        autoComplete="off"
        value={typed ?? showNumber(value, decimals)}
        placeholder={placeholder}
        aria-label={label}
        aria-invalid={invalid || read === null || undefined}
        aria-describedby={describedBy}
        disabled={disabled}
        onChange={(event) => type(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={() => setTyped(null)}
      />
      {suffix !== undefined && (typed ?? "") + showNumber(value, decimals) !== "" && (
        <span aria-hidden="true">{suffix}</span>
      )}
    </span>
  );
}
