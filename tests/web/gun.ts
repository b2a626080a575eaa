import type { Page } from "playwright-core";

/** What a barcode gun does: keys, faster than any person, wherever the focus is. */
export function shoot(page: Page, text: string): Promise<void> {
  return page.evaluate((typed: string) => {
    const gapMs = 5;
    const startAt = performance.now();
    for (const [index, char] of Array.from(typed).entries()) {
      const key = char === "\n" ? "Enter" : char;
      const target = document.activeElement ?? document.body;
      const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
      // A gun's own clock: it goes on evenly however busy the machine is.
      Object.defineProperty(event, "timeStamp", { value: startAt + index * gapMs });
      target.dispatchEvent(event);
    }
  }, text);
}

/** Counts the tones that a page makes: nobody listens to a browser without a screen. */
export function hearSounds(page: Page): Promise<void> {
  return page.evaluate(() => {
    document.body.dataset.tones = "0";
    globalThis.AudioContext = class extends AudioContext {
      override createOscillator(): OscillatorNode {
        document.body.dataset.tones = String(Number(document.body.dataset.tones) + 1);
        return super.createOscillator();
      }
    };
  });
}

export function sounds(page: Page): Promise<number> {
  return page.evaluate(() => Number(document.body.dataset.tones));
}
