import { useEffect, useState, type RefObject } from "react";

/** Rows drawn before and after those on screen, so that scrolling shows no gap. */
const spareRows = 12;

interface View {
  /** The first row at or below the top of what scrolls; negative while the list has not come so far. */
  readonly first: number;
  readonly rows: number;
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
  const [view, setView] = useState<View>({ first: 0, rows: 30 });

  useEffect(() => {
    const box = scroller.current;
    const list = body.current;
    if (box === null || list === null) return;
    const measure = () => {
      const above = box.getBoundingClientRect().top - list.getBoundingClientRect().top;
      const first = Math.floor(above / rowPx);
      const rows = Math.ceil(box.clientHeight / rowPx);
      setView((before) => (before.first === first && before.rows === rows ? before : { first, rows }));
    };
    box.addEventListener("scroll", measure, { passive: true });
    // Tells at once, and again when the page or the list grows.
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    observer.observe(list);
    return () => {
      box.removeEventListener("scroll", measure);
      observer.disconnect();
    };
  }, [scroller, body, rowPx]);

  const reveal = (index: number) => {
    const box = scroller.current;
    const list = body.current;
    if (box === null || list === null) return;
    const top = list.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
    const from = top + index * rowPx;
    const bottom = from + rowPx - box.clientHeight;
    if (from - coverPx < box.scrollTop) box.scrollTo({ top: from - coverPx });
    else if (bottom > box.scrollTop) box.scrollTo({ top: bottom });
  };

  const start = Math.max(0, Math.min(view.first - spareRows, count - 1));
  const end = Math.min(count, Math.max(0, view.first) + view.rows + spareRows);
  return { start, end, reveal };
}
