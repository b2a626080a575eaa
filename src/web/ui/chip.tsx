import type { ReactNode } from "react";
import { cx } from "./cx.ts";
import css from "./chip.module.css";

interface ChipProps {
  readonly on: boolean;
  readonly onPick: () => void;
  readonly children: ReactNode;
}

/** One of several filters. */
export function Chip({ on, onPick, children }: ChipProps) {
  return (
    <button type="button" className={cx(css.chip, on && css.on)} aria-pressed={on} onClick={onPick}>
      {children}
    </button>
  );
}

/** Chips side by side; where they do not fit they scroll sideways. */
export function ChipRow({ label, children }: { label: string; children: ReactNode }) {
  return (
    <fieldset className={css.row} aria-label={label}>
      {children}
    </fieldset>
  );
}
