import type { Page } from "playwright-core";

/** What a barcode gun does: keys, faster than any person, wherever the focus is. */
export function shoot(page: Page, text: string): Promise<void> {
  return page.evaluate((typed: string) => {
    for (const char of typed) {
      const key = char === "\n" ? "Enter" : char;
      const target = document.activeElement ?? document.body;
      target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
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
