import { useEffect, useState, type RefObject } from "react";

const step = 200;

/** How many rows of a long list are drawn: more as its end comes near. */
export function useShown(count: number, end: RefObject<HTMLElement | null>): number {
  const [shown, setShown] = useState(step);
  useEffect(() => {
    const element = end.current;
    if (element === null || shown >= count) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true) setShown((now) => now + step);
      },
      { rootMargin: "600px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [count, end, shown]);
  return shown;
}
