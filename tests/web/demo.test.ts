import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { SessionView } from "../../src/api/session-view.ts";
import { openDemo, type DemoServer } from "../../src/cli/broadcast/demo-server.ts";
import { processIo } from "../../src/cli/io.ts";
import { generateBroadcast } from "../../src/sim/generate.ts";
import { launchChromium } from "../support/chromium.ts";
import { temporaryFolder } from "../support/zaiku.ts";

/** The demo as somebody sees it who tries the product: an evening is played, and one person acts on it. */

const minuteMs = 60_000;
const stepMs = minuteMs / 2;
/** Simulated minutes that are played until something must have rung, and at least. */
const ringsBefore = 20;
const playedLeast = 8;
const soon = { timeout: 60_000 };

/** Words without their numbers: those of a page may be a moment behind the server's. */
const sentenceOf = (words: string | null): string => (words ?? "").replaceAll(/\d[\d,.]*/g, "#");

describe("the demo in a browser", () => {
  const broadcast = generateBroadcast({ seed: 2, durationMinutes: 24, volume: 0.1 });
  const session = broadcast.plan.id;
  let demo: DemoServer;
  let browser: Browser;
  let remove: () => Promise<void>;
  let desk: Page;
  let host: Page;
  let overlay: Page;
  const problems: string[] = [];
  let playedMs = 0;

  const play = async (ms: number): Promise<void> => {
    playedMs += ms;
    await demo.player.play(playedMs);
  };
  const view = async (): Promise<SessionView> => {
    const { status, body } = await demo.stage.wire({
      method: "GET",
      path: `/api/v1/sessions/${session}/view`,
    });
    assert.equal(status, 200);
    return body as SessionView;
  };
  const open = async (where: string): Promise<Page> => {
    const context = await browser.newContext({
      viewport: { width: 1_920, height: 1_080 },
      baseURL: demo.stage.url,
      locale: "zh-CN",
      timezoneId: "Asia/Shanghai",
    });
    const page = await context.newPage();
    page.setDefaultTimeout(soon.timeout);
    page.on("pageerror", (error) => problems.push(String(error.stack ?? error)));
    await page.goto(where);
    return page;
  };

  before(async () => {
    const temporary = await temporaryFolder();
    remove = temporary.remove;
    browser = await launchChromium();
    const io = processIo();
    demo = await openDemo({ broadcast, dataDir: temporary.folder, speed: 60 }, io);
    await play(stepMs);
    desk = await open(demo.links.issue(`/live/${session}`));
    host = await open(demo.screens.host ?? "");
    overlay = await open(demo.screens.overlay ?? "");
    await desk.getByTestId("current-sellable").waitFor(soon);
    await host.getByTestId("host-number").waitFor(soon);
  });
  after(async () => {
    await browser?.close();
    await demo?.stage.close();
    await remove?.();
  });

  test("the overlay shows the host's number, and nothing of the page hides the picture behind it", async () => {
    const line = overlay.getByTestId("overlay");
    await line.waitFor();
    const { skus, slots } = await view();
    const on = slots.find(({ status }) => status === "current")?.sku;
    const left = skus.find(({ sku }) => sku === on)?.sellable ?? Number.NaN;
    assert.ok(left > 0);
    await line.getByText(left.toLocaleString("zh-CN"), { exact: true }).waitFor();
    const backgrounds = await overlay.evaluate(() => {
      const found: string[] = [];
      const box = document.querySelector("[data-testid=overlay]");
      for (let one = box?.parentElement ?? null; one !== null; one = one.parentElement) {
        const { backgroundColor, backgroundImage } = getComputedStyle(one);
        found.push(`${one.tagName.toLowerCase()} ${backgroundColor} ${backgroundImage}`);
      }
      return found;
    });
    assert.ok(backgrounds.length >= 3, backgrounds.join("; "));
    for (const background of backgrounds) assert.match(background, /^\w+ rgba\(0, 0, 0, 0\) none$/);
    // And as OBS takes it: nearly all of the picture lets through what is behind.
    const picture = (await overlay.screenshot({ omitBackground: true })).toString("base64");
    const clear = await overlay.evaluate(async (png) => {
      const bytes = Uint8Array.from(atob(png), (sign) => sign.codePointAt(0) ?? 0);
      const bitmap = await createImageBitmap(new Blob([bytes]));
      const { width, height } = bitmap;
      const context = new OffscreenCanvas(width, height).getContext("2d");
      context?.drawImage(bitmap, 0, 0);
      const pixels = context?.getImageData(0, 0, width, height).data ?? [];
      let through = 0;
      for (let at = 3; at < pixels.length; at += 4) if (pixels[at] === 0) through += 1;
      return through / (width * height);
    }, picture);
    assert.ok(clear > 0.9 && clear < 1, `${clear} of the picture is clear`);
  });

  test("an alert pops up, its button is pressed, and the host reads the words and says so", async () => {
    // Whichever product it is: the first alert for which the host is to be told.
    const pop = desk
      .getByTestId("pops")
      .locator("[data-alert]")
      .filter({ has: desk.getByRole("button", { name: "通知主播" }) })
      .first();
    while ((await pop.count()) === 0 && playedMs < ringsBefore * minuteMs) await play(stepMs);
    // Simulated time stands still from here on: nobody else answers it.
    await pop.getByRole("button", { name: "通知主播" }).click();
    const field = desk.getByRole("dialog").getByLabel("对主播说");
    await desk.waitForFunction(
      (one) => one instanceof HTMLTextAreaElement && one.value.length > 5,
      await field.elementHandle(),
    );
    const words = await field.inputValue();
    const waiting = (await view()).alerts.filter(({ acknowledged }) => acknowledged === null);
    const offered = waiting.map(({ hostWords }) => sentenceOf(hostWords));
    assert.ok(offered.includes(sentenceOf(words)), `${words}: not of ${JSON.stringify(offered)}`);
    await desk.getByRole("button", { name: "发到主播屏" }).click();
    const message = host.getByRole("button").filter({ hasText: words });
    await message.click();
    await message.waitFor({ state: "detached" });

    const seen = await view();
    const told = seen.messages.find(({ text }) => text === words);
    assert.ok(told !== undefined && told.acknowledgedAt !== null);
    const taken = seen.alerts.find(
      ({ hostWords, acknowledged }) => sentenceOf(hostWords) === sentenceOf(words) && acknowledged !== null,
    );
    assert.equal(taken?.acknowledged?.action, "tell_host");
    await desk.keyboard.press("Escape");
    await desk
      .getByText(/\d\d:\d\d:\d\d 已读/)
      .first()
      .waitFor();
    await pop.filter({ hasText: words.slice(0, 8) }).waitFor({ state: "detached" });
  });

  test("the replay runs sixty times as fast at ×60, and as time does at ×1", async () => {
    if (playedMs < playedLeast * minuteMs) await play(playedLeast * minuteMs - playedMs);
    await desk.goto(`/live/${session}/replay`);
    const scrub = desk.getByRole("slider", { name: "拖动时间" });
    await scrub.waitFor();
    // Both by the page's own clock, so that a slow machine measures the same.
    const rate = async (speed: string, ms: number): Promise<number> => {
      await scrub.focus();
      await desk.keyboard.press("Home");
      await desk.getByText(speed, { exact: true }).click();
      await desk.getByRole("button", { name: "播放" }).click();
      const ran = await scrub.evaluate(async (input, forMs) => {
        const value = () => (input instanceof HTMLInputElement ? input.valueAsNumber : Number.NaN);
        const wait = (turnMs: number) => new Promise((resolve) => setTimeout(resolve, turnMs));
        const first = value();
        while (value() === first) await wait(10);
        const [from, began] = [value(), performance.now()];
        await wait(forMs);
        return (value() - from) / (performance.now() - began);
      }, ms);
      await desk.getByRole("button", { name: "暂停" }).click();
      return ran;
    };
    const fast = await rate("×60", 3_000);
    assert.ok(fast > 50 && fast < 70, `×${fast}`);
    const slow = await rate("×1", 5_000);
    assert.ok(slow > 0.6 && slow < 1.4, `×${slow}`);
  });

  test("nothing went wrong in the pages meanwhile", () => {
    assert.deepEqual(problems, []);
  });
});
