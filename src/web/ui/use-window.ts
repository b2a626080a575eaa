import { useCallback, useEffect, useLayoutEffect, useState, type RefObject } from "react";

/** Rows drawn before and after those on screen, so that scrolling shows no gap. */
const spareRows = 12;

interface Window {
  readonly start: number;
  readonly end: number;
}

interface WindowOptions {
  /** What scrolls. */
  readonly scroller: RefObject<HTMLElement | null>;
  /** What holds the rows; its top is where row 0 begins. */
  readonly body: RefObject<HTMLElement | null>;
  readonly count: number;
  /** Every row has this height. */
  readonly rowPx: number;
  /** What sticks to the top of the scroller and hides rows under it. */
  readonly coverPx: number;
}

/** Which rows of a long list are on screen, and how to bring one there. */
export function useWindow({ scroller, body, count, rowPx, coverPx }: WindowOptions) {
  const [shown, setShown] = useState<Window>({ start: 0, end: Math.min(count, 40) });

  const measure = useCallback(() => {
    const box = scroller.current;
    const rows = body.current;
    if (box === null || rows === null) return;
    const above = box.getBoundingClientRect().top - rows.getBoundingClientRect().top;
    const first = Math.floor(above / rowPx) - spareRows;
    const start = Math.max(0, Math.min(first, count - 1));
    const end = Math.min(count, Math.max(0, first) + Math.ceil(box.clientHeight / rowPx) + 2 * spareRows);
    setShown((before) => (before.start === start && before.end === end ? before : { start, end }));
  }, [scroller, body, count, rowPx]);

  useLayoutEffect(measure, [measure]);
  useEffect(() => {
    const box = scroller.current;
    if (box === null) return;
    box.addEventListener("scroll", measure, { passive: true });
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => {
      box.removeEventListener("scroll", measure);
      observer.disconnect();
    };
  }, [scroller, measure]);

  const reveal = useCallback(
    (index: number) => {
      const box = scroller.current;
      const rows = body.current;
      if (box === null || rows === null) return;
      const top = rows.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
      const from = top + index * rowPx;
      if (from - coverPx < box.scrollTop) box.scrollTop = from - coverPx;
      else if (from + rowPx > box.scrollTop + box.clientHeight) box.scrollTop = from + rowPx - box.clientHeight;
    },
    [scroller, body, rowPx, coverPx],
  );

  return { start: Math.max(0, Math.min(shown.start, count - 1)), end: Math.min(shown.end, count), reveal };
}
