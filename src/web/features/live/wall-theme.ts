import { useLayoutEffect } from "react";
import { useSearchParams } from "react-router";
import { holdTheme } from "../../ui/theme.ts";

/** A screen that people look at from afar is dark, unless its address says `?theme=light`. */
export function useWallTheme(): void {
  const [search] = useSearchParams();
  const light = search.get("theme") === "light";
  useLayoutEffect(() => {
    holdTheme(light ? "light" : "dark");
    return () => holdTheme(null);
  }, [light]);
}
