import type { ReactNode } from "react";
import css from "./board.module.css";

/** Cards on a grid of twelve; `boardCss.half`, `third` and `wide` say how much of a row a card takes. */
export function Board({ children }: { children: ReactNode }) {
  return <div className={css.board}>{children}</div>;
}

export const boardCss = css;
