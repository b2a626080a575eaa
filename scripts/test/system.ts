import { spawnSync } from "node:child_process";
import { findChromium } from "../../tests/support/chromium.ts";
import { aptInstall, canAptInstall } from "../lib/apt.mjs";
import { SetupError, say } from "../lib/say.mjs";

/** Whether text in Chinese would show as boxes. Only Linux may come without such a font. */
function lacksChineseFont(): boolean {
  if (process.platform !== "linux") return false;
  const result = spawnSync("fc-list", [":lang=zh"], { encoding: "utf8" });
  return result.status !== 0 || result.stdout.trim() === "";
}

/**
 * Sees to what the browser tests need from the system: Chromium and a font with Chinese characters. Installs them
 * where that is possible (Debian, Ubuntu, as root).
 * @throws SetupError saying what to install by hand
 */
export function ensureBrowser(): void {
  const asked = process.env.CHROMIUM_PATH;
  if (asked !== undefined && findChromium() === undefined) {
    throw new SetupError(
      `CHROMIUM_PATH（${asked}）不是可以运行的程序。请改正，或取消这个环境变量。`,
      `CHROMIUM_PATH (${asked}) is not a program that can be run. Correct it, or unset it.`,
    );
  }
  const missing: string[] = [];
  if (findChromium() === undefined) missing.push("chromium");
  if (lacksChineseFont()) missing.push("fontconfig", "fonts-noto-cjk");
  if (missing.length === 0) return;

  const list = missing.join(" ");
  if (!canAptInstall()) {
    throw new SetupError(
      `页面测试还缺少：${list}。请先安装（Debian/Ubuntu：sudo apt-get install ${list}），` +
        "或用 CHROMIUM_PATH 指向已有的 Chromium / Chrome，再运行一次。",
      `The browser tests still need: ${list}. Install them (Debian/Ubuntu: sudo apt-get install ${list}), ` +
        "or point CHROMIUM_PATH at a Chromium or Chrome, then run this again.",
    );
  }
  say(`正在安装页面测试所需的系统软件：${list}…`, `Installing what the browser tests need: ${list}…`);
  const { ok, output } = aptInstall(missing);
  if (ok && findChromium() !== undefined && !lacksChineseFont()) return;
  throw new SetupError(
    `安装失败：${list}。请检查网络和软件源，再运行一次。apt-get 的说明在下面。`,
    `Installing failed: ${list}. Check the network and the package sources, then run this again.`,
    output,
  );
}
