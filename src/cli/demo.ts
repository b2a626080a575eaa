import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import path from "node:path";
import { generateBroadcast } from "../sim/generate.ts";
import { openDemo, type DemoServer } from "./broadcast/demo-server.ts";
import { broadcastFlags, broadcastOptionsOf, check, speedOf } from "./broadcast/play.ts";
import { PlayLine, tellChecked } from "./broadcast/tell.ts";
import { exitOk } from "./exit.ts";
import { CommandError, runCommand } from "./failure.ts";
import { parseFlags, type Flags } from "./flags.ts";
import { say, type Io } from "./io.ts";
import { filePath } from "./workspace.ts";

const speedDefault = 30;

/** `demo`: a shop of its own, and an evening in it, played fast; on screens until somebody stops it. */
export function run(argv: readonly string[], io: Io): Promise<number> {
  return runCommand("demo", argv, io, async () => {
    const flags = parseFlags(argv, {
      flags: { ...broadcastFlags, port: "value", host: "value" },
      words: [],
    });
    const folder = await folderOf(flags, io);
    try {
      await playDemo(folder.path, flags, io);
    } finally {
      if (folder.temporary) await rm(folder.path, { recursive: true, force: true });
    }
    return exitOk;
  });
}

async function folderOf(flags: Flags, io: Io): Promise<{ path: string; temporary: boolean }> {
  const named = flags.value("data-dir");
  if (named === undefined)
    return { path: await mkdtemp(path.join(tmpdir(), "zaiku-demo-")), temporary: true };
  const folder = filePath(named, io);
  if (!existsSync(path.join(folder, "zaiku.db"))) return { path: folder, temporary: false };
  throw new CommandError(
    "not_empty",
    `${folder} 里已经有账：演示只用空目录，不会写进真实的账`,
    `There are books in ${folder}: the demo takes an empty folder and never writes into real books`,
  );
}

async function playDemo(dataDir: string, flags: Flags, io: Io): Promise<void> {
  const speed = speedOf(flags, speedDefault);
  const broadcast = generateBroadcast(broadcastOptionsOf(flags));
  const stopped = stopSignal();
  const line = new PlayLine(broadcast, io);
  const demo: DemoServer = await openDemo(
    {
      broadcast,
      dataDir,
      speed,
      port: flags.value("port") ?? "4000",
      host: flags.value("host"),
      signal: stopped,
      onProgress: (progress) => line.show(progress),
      onSignedIn: (next) => {
        line.end();
        tellLink(demo, next, flags, io);
      },
    },
    io,
  );
  try {
    greet(demo, flags, io);
    await demo.player.play();
    line.end();
    if (!stopped.aborted) {
      tellChecked(broadcast, await check(demo.stage, demo.player, demo.origin), io);
      demo.stage.clock.release();
      io.out(
        say(
          io,
          "演示放完了，页面仍可查看。按 Ctrl+C 停止。",
          "The demo is over; its pages stay. Ctrl+C stops it.",
        ),
      );
    }
    await aborted(stopped);
  } finally {
    await demo.stage.close();
  }
}

function greet(demo: DemoServer, flags: Flags, io: Io): void {
  const address = addressOf(demo, flags);
  io.out(
    say(
      io,
      "演示已开始。这是一家模拟的店，数据与真实的账无关。",
      "The demo has begun: a made-up shop, apart from any real books.",
    ),
  );
  tellLink(demo, "/live", flags, io);
  const { host, overlay } = demo.screens;
  if (host !== undefined) io.out(say(io, `主播屏：${address}${host}`, `Host screen: ${address}${host}`));
  if (overlay !== undefined)
    io.out(say(io, `OBS 叠加层：${address}${overlay}`, `OBS overlay: ${address}${overlay}`));
}

function tellLink({ links, ...demo }: DemoServer, next: string, flags: Flags, io: Io): void {
  const link = `${addressOf(demo, flags)}${links.issue(next)}`;
  io.out(
    say(
      io,
      `登录链接（用一次即失效，用后会给出新的）：\n  ${link}`,
      `Sign-in link (works once; a new one follows):\n  ${link}`,
    ),
  );
}

/** What other devices use, where the server listens to them. */
function addressOf({ stage }: Pick<DemoServer, "stage">, flags: Flags): string {
  const host = flags.value("host");
  if (host !== "0.0.0.0" && host !== "::") return stage.url;
  const found = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === "IPv4" && !internal);
  return found === undefined ? stage.url : `http://${found.address}:${stage.server.port}`;
}

function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => stop.abort());
  return stop.signal;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
