import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useSession } from "../session.ts";

/** The value once it has rested for a while. */
export function useDebounced<T>(value: T, ms = 200): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return rested;
}

/** The server's time, followed in steps. */
export function useNow(everyMs = 1_000): number {
  const offset = useSession()?.clockOffsetMs ?? 0;
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now + offset;
}

function useMedia(query: string): boolean {
  const follow = useCallback(
    (follower: () => void) => {
      const media = matchMedia(query);
      media.addEventListener("change", follower);
      return () => media.removeEventListener("change", follower);
    },
    [query],
  );
  return useSyncExternalStore(follow, () => matchMedia(query).matches);
}

/** Whether the page is as narrow as a phone. CSS uses the same width. */
export function usePhone(): boolean {
  return useMedia("(max-width: 760px)");
}

/** Whether this person's system asks for stillness. */
export function useStillness(): boolean {
  return useMedia("(prefers-reduced-motion: reduce)");
}

/** A key pressed anywhere, except while somebody types. */
export function useKey(key: string, act: (event: KeyboardEvent) => void): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== key || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey)
        return;
      const target = event.target instanceof HTMLElement ? event.target : null;
      const typing = target?.matches("input, textarea, select, [contenteditable=true]") === true;
      if (typing && key !== "Escape") return;
      // What lies on top of the page takes its own keys.
      if (target?.closest(".ant-modal, .ant-select-dropdown, .ant-dropdown, .ant-popover") != null) return;
      latest.current(event);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [key]);
}

/** Names the page in the browser's tab. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === "" ? "在库 Zaiku" : `${title} · 在库`;
  }, [title]);
}

/** A text that somebody types: what stands in the field now, told on once it rests. Follows changes from elsewhere. */
export function useTyped(value: string, onRest: (text: string) => void): [string, (text: string) => void] {
  const [text, setText] = useState(value);
  const rested = useDebounced(text, 220);
  const told = useRef(value);
  const latest = useRef(onRest);
  useEffect(() => {
    latest.current = onRest;
  });
  useEffect(() => {
    if (rested === told.current) return;
    told.current = rested;
    latest.current(rested);
  }, [rested]);
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setText(value);
  }, [value]);
  return [text, setText];
}
