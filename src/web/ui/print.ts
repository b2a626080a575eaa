import { useEffect, useState } from "react";
import { flushSync } from "react-dom";
import { holdTheme } from "./theme.ts";

/** Charts draw themselves again in the other theme within this. */
const redrawMs = 150;

/** Paper is white: the page is shown light before it is printed, and as it was afterwards. */
export async function printPage(): Promise<void> {
  holdTheme("light");
  await new Promise((resolve) => setTimeout(resolve, redrawMs));
  globalThis.print();
  holdTheme(null);
}

/**
 * Whether the page is being printed, by its button or by the browser's own menu: then every row is drawn, and in the
 * light theme.
 */
export function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    const begin = (): void => {
      holdTheme("light");
      flushSync(() => setPrinting(true));
    };
    const end = (): void => {
      holdTheme(null);
      setPrinting(false);
    };
    addEventListener("beforeprint", begin);
    addEventListener("afterprint", end);
    return () => {
      removeEventListener("beforeprint", begin);
      removeEventListener("afterprint", end);
    };
  }, []);
  return printing;
}
