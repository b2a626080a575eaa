import { useTranslation } from "react-i18next";
import css from "./returns.module.css";

interface StepperProps {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  readonly min?: number;
  readonly tone?: "good" | "bad";
  readonly onChange: (value: number) => void;
}

/** A number between two keys, for a thumb as well as for a keyboard. */
export function Stepper({ label, value, max, min = 0, tone, onChange }: StepperProps) {
  const { t } = useTranslation();
  const fit = (wanted: number) => Math.min(max, Math.max(min, wanted));
  return (
    <div className={css.stepper} data-tone={value > 0 ? tone : undefined}>
      <button
        type="button"
        disabled={value <= min}
        aria-label={t("returns.less", { what: label })}
        onClick={() => onChange(fit(value - 1))}
      >
        −
      </button>
      <input
        inputMode="numeric"
        value={value}
        aria-label={label}
        onFocus={(event) => event.target.select()}
        onChange={(event) => {
          const typed = Number.parseInt(event.target.value.replaceAll(/\D/g, "") || "0", 10);
          onChange(fit(typed));
        }}
      />
      <button
        type="button"
        disabled={value >= max}
        aria-label={t("returns.more", { what: label })}
        onClick={() => onChange(fit(value + 1))}
      >
        +
      </button>
    </div>
  );
}
