import css from "./stack-bar.module.css";

export interface Part {
  readonly name: string;
  readonly value: number;
  readonly color: string;
}

/** Parts of a whole, side by side. Small parts stay visible. */
export function StackBar({ parts, label }: { parts: readonly Part[]; label: string }) {
  const shown = parts.filter((part) => part.value > 0);
  return (
    <div className={css.bar} role="img" aria-label={label}>
      {shown.map((part) => (
        <i key={part.name} style={{ flexGrow: part.value, background: part.color }} title={part.name} />
      ))}
    </div>
  );
}
