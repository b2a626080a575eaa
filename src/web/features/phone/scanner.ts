import { useEffect, useRef } from "react";
import { unlockSound } from "./sound.ts";
import { Wedge, wedgeLimits, type Burst } from "./wedge.ts";

function fieldOf(target: EventTarget | null): HTMLInputElement | HTMLTextAreaElement | null {
  const isText = target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement;
  return isText ? target : null;
}

/** React hears of a value only when it was set as a browser would. */
function restore(field: HTMLInputElement | HTMLTextAreaElement, value: string): void {
  const kind = field instanceof HTMLInputElement ? HTMLInputElement : HTMLTextAreaElement;
  Object.getOwnPropertyDescriptor(kind.prototype, "value")?.set?.call(field, value);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * Hears a barcode gun wherever the focus is. Where it typed into a field, the field gets back what it had; what a
 * person types into a field stays there, and what they type elsewhere is told as typed.
 */
export function useScanner(onBurst: (burst: Burst) => void): void {
  const latest = useRef(onBurst);
  useEffect(() => {
    latest.current = onBurst;
  });
  useEffect(() => {
    const wedge = new Wedge();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let field: { element: HTMLInputElement | HTMLTextAreaElement; before: string } | null = null;
    const settle = () => {
      const burst = wedge.take();
      const typedInto = field;
      field = null;
      if (burst === null) return;
      if (typedInto !== null) {
        if (burst.kind === "typed") return;
        restore(typedInto.element, typedInto.before);
      }
      latest.current(burst);
    };
    const onKey = (event: KeyboardEvent) => {
      unlockSound();
      const ends = event.key === "Enter" || event.key === "Tab";
      if ((event.key.length !== 1 && !ends) || event.ctrlKey || event.metaKey || event.altKey) return;
      // A person's Enter on a button or in a form is theirs.
      if (ends && (wedge.isEmpty || !wedge.isGun)) return;
      const element = fieldOf(event.target);
      if (wedge.isEmpty) field = element === null ? null : { element, before: element.value };
      // When the key was hit, not when a busy page got to it: the first sound alone can take longer than a gun's gap.
      wedge.key(event.key, event.timeStamp);
      if (element === null || ends) event.preventDefault();
      if (ends) event.stopPropagation();
      clearTimeout(timer);
      timer = setTimeout(settle, wedgeLimits.settleMs);
    };
    addEventListener("keydown", onKey, { capture: true });
    addEventListener("pointerdown", unlockSound);
    return () => {
      clearTimeout(timer);
      removeEventListener("keydown", onKey, { capture: true });
      removeEventListener("pointerdown", unlockSound);
    };
  }, []);
}
