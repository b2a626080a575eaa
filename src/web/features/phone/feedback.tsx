import { createContext, use, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { cx } from "../../ui/cx.ts";
import { Icon } from "../../ui/icon.tsx";
import css from "./phone.module.css";
import { ring } from "./sound.ts";

type Kind = "good" | "bad";
interface Notice {
  readonly kind: Kind;
  readonly text: string;
  readonly turn: number;
}

const goodMs = 1_600;
const badMs = 6_000;

const Feedback = createContext<(kind: Kind, text: string) => void>(() => undefined);

/** A word and a sound for what was just scanned. The word for a bad scan stays long enough to be read with full hands. */
export function FeedbackProvider({ children }: { children: ReactNode }) {
  const [notice, setNotice] = useState<Notice | null>(null);
  const turn = useRef(0);
  const say = useCallback((kind: Kind, text: string) => {
    ring(kind);
    turn.current += 1;
    setNotice({ kind, text, turn: turn.current });
  }, []);
  useEffect(() => {
    if (notice === null) return;
    const timer = setTimeout(() => setNotice(null), notice.kind === "bad" ? badMs : goodMs);
    return () => clearTimeout(timer);
  }, [notice]);
  const shown = useMemo(
    () =>
      notice !== null && (
        <div
          key={notice.turn}
          className={cx(css.notice, notice.kind === "bad" ? css.noticeBad : css.noticeGood)}
          role={notice.kind === "bad" ? "alert" : "status"}
          data-notice={notice.kind}
        >
          <Icon name={notice.kind === "bad" ? "warning" : "check"} size={20} />
          <span>{notice.text}</span>
        </div>
      ),
    [notice],
  );
  return (
    <Feedback value={say}>
      {children}
      {shown}
    </Feedback>
  );
}

export function useFeedback(): (kind: Kind, text: string) => void {
  return use(Feedback);
}
