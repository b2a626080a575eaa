import { systemClock } from "../../engine/clock.ts";
import { SignInLinks } from "../../http/demo/sign-in-links.ts";
import type { Broadcast } from "../../sim/broadcast.ts";
import { SimClock } from "../../sim/clock.ts";
import type { Player, Progress } from "../../sim/player.ts";
import type { Io } from "../io.ts";
import { CommandError } from "../failure.ts";
import { playerOf, timesOf } from "./play.ts";
import { openStage, type Stage } from "./stage.ts";

/** The demo's shop: a real server with an owner nobody has a password of, ready to play. */
export interface DemoServer {
  readonly stage: Stage;
  readonly links: SignInLinks;
  readonly player: Player;
  /** When the session goes live, in milliseconds since 1970. */
  readonly origin: number;
  /** Paths of the screens that need no signing in; empty where the server has none. */
  readonly screens: Readonly<Partial<Record<"host" | "overlay", string>>>;
}

export interface DemoOptions {
  readonly broadcast: Broadcast;
  readonly dataDir: string;
  readonly speed: number;
  readonly port?: string;
  readonly host?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** A sign-in link was used: it led to this page. */
  readonly onSignedIn?: (next: string) => void;
}

const ownerName = "演示店主";
const username = "demo";
const passwordBytes = 24;
const shopName = "青禾女装（演示）";

/** Starts the server on an empty data folder, makes the owner, and loads the catalogue and the plan. */
export async function openDemo(options: DemoOptions, io: Io): Promise<DemoServer> {
  const { broadcast, dataDir, speed, port, host, signal, onProgress, onSignedIn } = options;
  const { startsAt, origin } = timesOf(broadcast, speed, systemClock.now());
  const clock = new SimClock(startsAt, speed);
  const links = new SignInLinks(
    (bytes) => systemClock.random(bytes),
    (next) => onSignedIn?.(next),
  );
  const stage = await openStage({ dataDir, clock, port, host, signInLinks: links }, io);
  try {
    await clock.reach(startsAt);
    links.account = await makeOwner(stage);
    await must(stage, "PATCH", "/api/v1/shop", { name: shopName });
    const player = playerOf(stage, broadcast, { origin, speed, crew: true, signal, onProgress });
    await player.setUp();
    const screens = await makeScreens(stage, broadcast.plan.id);
    return { stage, links, player, origin, screens };
  } catch (error) {
    await stage.close();
    throw error;
  }
}

async function makeOwner({ server, url }: Stage): Promise<{ username: string; password: string }> {
  if (server.setupPath === null) {
    throw new CommandError(
      "not_empty",
      "这个目录里已经有账号：演示要用一个空的数据目录",
      "There are accounts in this folder: the demo takes an empty one",
    );
  }
  const token = new URL(server.setupPath, url).searchParams.get("token");
  const password = systemClock.random(passwordBytes);
  const answer = await fetch(`${url}/api/v1/setup/owner`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token, username, name: ownerName, password }),
  });
  if (!answer.ok)
    throw new Error(`the demo's owner was not created: ${answer.status} ${await answer.text()}`);
  return { username, password };
}

async function must(stage: Stage, method: "POST" | "PATCH", path: string, body: unknown): Promise<unknown> {
  const answer = await stage.wire({ method, path, body });
  if (answer.status >= 300)
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** The host's tablet and the picture for OBS. */
async function makeScreens(stage: Stage, session: string): Promise<DemoServer["screens"]> {
  const screens: Partial<Record<"host" | "overlay", string>> = {};
  for (const [kind, name] of [
    ["host", "主播屏"],
    ["overlay", "OBS 叠加层"],
  ] as const) {
    const path = `/api/v1/sessions/${session}/screens`;
    const { status, body } = await stage.wire({ method: "POST", path, body: { kind, name } });
    if (status >= 300) continue;
    const { path: screen } = body as { path: string };
    screens[kind] = screen;
  }
  return screens;
}
