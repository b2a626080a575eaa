import css from "./stack-bar.module.css";

export interface Part {
  readonly name: string;
  readonly value: number;
  readonly color: string;
}

/** Parts of a whole, side by side. Small parts stay visible. The words beside it say the same to who cannot see it. */
export function StackBar({ parts }: { parts: readonly Part[] }) {
  const shown = parts.filter((part) => part.value > 0);
  return (
    <div className={css.bar} aria-hidden="true">
      {shown.map((part) => (
        <i key={part.name} style={{ flexGrow: part.value, background: part.color }} title={part.name} />
      ))}
    </div>
  );
}
