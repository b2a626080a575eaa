import { useState } from "react";
import { cx } from "./cx.ts";
import { useFormat } from "./format.ts";
import css from "./num.module.css";

interface NumProps {
  readonly value: number;
  readonly className?: string | undefined;
  /** Zeros are pale, so that the eye finds the others. */
  readonly paleZero?: boolean;
}

/** A figure that lights up for a moment when it changes in place. */
export function Num({ value, className, paleZero = false }: NumProps) {
  const format = useFormat();
  const [shown, setShown] = useState({ value, turn: 0, up: true });
  if (shown.value !== value) setShown({ value, turn: shown.turn + 1, up: value > shown.value });
  const flash = shown.turn > 0 && (shown.up ? css.up : css.down);
  return (
    // A new key starts the animation again.
    <span key={shown.turn} className={cx(css.num, flash, paleZero && value === 0 && css.pale, className)}>
      {format.number(value)}
    </span>
  );
}
