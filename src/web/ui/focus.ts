import { useEffect, useRef, type RefObject } from "react";

interface Focusable {
  focus(): void;
}

/** The `ref` of the field that somebody came for: the cursor is there when the form appears. */
export function useFocusAtMount<Field extends Focusable>(): RefObject<Field | null> {
  const field = useRef<Field>(null);
  useEffect(() => field.current?.focus(), []);
  return field;
}
