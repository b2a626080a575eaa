import type { ReactNode } from "react";
import { cx } from "./cx.ts";
import css from "./tag.module.css";

export type Tone = "ok" | "tier1" | "tier2" | "tier3" | "accent" | "plain";

/** A word about a row, tinted by what it means. */
export function Tag({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return <span className={cx(css.tag, css[tone])}>{children}</span>;
}
