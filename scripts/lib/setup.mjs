// Set-up that a machine with nothing but Node 20 and npm can run: this file and what it imports use no package.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { aptInstall, canAptInstall } from "./apt.mjs";
import { compareWithStamp } from "./fingerprint.mjs";
import { SetupError, say } from "./say.mjs";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** For these scripts. */
const nodeMajorMin = 20;
/** For the product, which needs the type stripping and the SQLite of newer versions. */
const productNodeMajorMin = 24;
const progressMs = 15_000;
const outputTailChars = 4_000;
const windows = process.platform === "win32";

/** The Node that the npm package `node` brings, whatever the machine's own is. */
const pinnedNode = path.join(root, "node_modules", "node", "bin", windows ? "node.exe" : "node");
/** Holds the path of the Node that was found to run here. */
const chosenNodeFile = path.join(root, "node_modules", ".zaiku", "node");

/**
 * Runs a program quietly and keeps the end of what it printed.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ onWait?: (seconds: number) => void }} [options] `onWait` is called now and then while it runs
 * @returns {Promise<{ status: number, output: string }>} status -1 when the program could not be started
 */
function runQuietly(command, args, { onWait } = {}) {
  return new Promise((resolve) => {
    const startedAt = Date.now();
    let output = "";
    const child = spawn(command, args, {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      shell: windows && command.endsWith(".cmd"),
    });
    const timer = setInterval(() => onWait?.(Math.round((Date.now() - startedAt) / 1_000)), progressMs);
    /** @param {Buffer} chunk */
    const keep = (chunk) => {
      output = (output + chunk.toString("utf8")).slice(-outputTailChars);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => {
      clearInterval(timer);
      resolve({ status: -1, output: error.message });
    });
    child.on("close", (code) => {
      clearInterval(timer);
      resolve({ status: code ?? 1, output });
    });
  });
}

function ownMajor() {
  return Number(process.versions.node.split(".")[0]);
}

function checkNodeVersion() {
  if (ownMajor() >= nodeMajorMin) return;
  throw new SetupError(
    `需要 Node ${nodeMajorMin} 或更新的版本，当前是 ${process.version}。请先升级 Node，再运行一次。`,
    `Node ${nodeMajorMin} or newer is needed, this is ${process.version}. Upgrade Node, then run this again.`,
  );
}

/** The npm that started this script when there is one, else the one on the path. */
function npmCommand() {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith(".js") && existsSync(cli)) return { command: process.execPath, args: [cli] };
  return { command: windows ? "npm.cmd" : "npm", args: [] };
}

/**
 * @typedef {{ version?: string, optional?: boolean, os?: string[], cpu?: string[], libc?: string[] }} LockedPackage
 * @param {LockedPackage} locked
 * @returns {boolean} whether an install on this machine must have brought the package
 */
function isWantedHere({ optional, os, cpu, libc }) {
  if (optional !== true) return true;
  // npm leaves out an optional package whose install script failed, without a word.
  return (
    os?.includes(process.platform) === true && cpu?.includes(process.arch) === true && libc === undefined
  );
}

/**
 * Whether `npm ci` or `npm install`, run by hand, has already brought what the lockfile names. npm writes its own
 * lockfile into node_modules when an install has finished, never before.
 */
function installedByHand() {
  try {
    /** @type {{ packages: Record<string, LockedPackage> }} */
    const wanted = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8"));
    /** @type {typeof wanted} */
    const present = JSON.parse(readFileSync(path.join(root, "node_modules", ".package-lock.json"), "utf8"));
    return Object.entries(wanted.packages).every(
      ([name, locked]) =>
        name === "" || !isWantedHere(locked) || present.packages[name]?.version === locked.version,
    );
  } catch {
    return false;
  }
}

/**
 * The pinned Node needs libatomic, which a small Debian comes without. It has to be there before the packages, since
 * npm runs their install scripts with that Node.
 */
function ensureLibatomic() {
  if (process.platform !== "linux") return;
  const libraries = spawnSync("/sbin/ldconfig", ["-p"], { encoding: "utf8" });
  if (libraries.status !== 0 || libraries.stdout.includes("libatomic.so.1")) return;
  if (canAptInstall()) {
    say(
      "      正在安装 Node 所需的系统库 libatomic1…",
      "    installing the system library that Node needs, libatomic1…",
    );
    if (aptInstall(["libatomic1"]).ok) return;
  }
  if (ownMajor() >= productNodeMajorMin) return;
  throw new SetupError(
    "系统缺少 libatomic 库。请先安装（Debian/Ubuntu：sudo apt-get install libatomic1；" +
      "RHEL/CentOS：sudo yum install libatomic），再运行一次。",
    "The system lacks libatomic. Install it (Debian/Ubuntu: sudo apt-get install libatomic1; " +
      "RHEL/CentOS: sudo yum install libatomic), then run this again.",
  );
}

/**
 * Finds the Node to run the product on: the pinned one, or the machine's own where that one cannot run (another C
 * library, say) and the own is new enough.
 * @returns {string}
 */
function chooseNode() {
  const pinned = spawnSync(pinnedNode, ["--version"], { encoding: "utf8" });
  if (pinned.status === 0) return pinnedNode;
  if (ownMajor() >= productNodeMajorMin) return process.execPath;
  throw new SetupError(
    `自带的 Node 不能在这台机器上运行。请把系统的 Node 升级到 ${productNodeMajorMin} 或更新的版本，再运行一次。`,
    `The Node that comes with Zaiku does not run on this machine. Upgrade the machine's own Node to ` +
      `${productNodeMajorMin} or newer, then run this again.`,
    pinned.stderr || pinned.error?.message,
  );
}

/** The Node that the product runs on. Known once ensureDependencies has finished. */
export function productNode() {
  return readFileSync(chosenNodeFile, "utf8");
}

function hasProductNode() {
  return existsSync(chosenNodeFile) && existsSync(productNode());
}

const networkErrors = /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|network/i;

/** @param {{ status: number, output: string }} result */
function installError({ status, output }) {
  if (status === -1) {
    return new SetupError(
      "找不到 npm。请安装带有 npm 的 Node（官网安装包自带），再运行一次。",
      "npm was not found. Install Node together with npm (its own installer brings both), then run this again.",
    );
  }
  if (networkErrors.test(output)) {
    return new SetupError(
      "连不上 npm 软件源，依赖没有装好。请检查网络（或代理、镜像设置），再运行一次。",
      "The npm registry cannot be reached, so nothing was installed. Check the network (or proxy), then run this again.",
      output,
    );
  }
  return new SetupError(
    "安装依赖失败，npm 的说明在下面。处理后再运行一次。",
    "Installing the dependencies failed; what npm said is below. Run this again once it is solved.",
    output,
  );
}

/**
 * Installs what the lockfile names, unless it is there already.
 * @returns {Promise<void>}
 */
export async function ensureDependencies() {
  checkNodeVersion();
  const stampFile = path.join(root, "node_modules", ".zaiku", "installed.json");
  const stamp = compareWithStamp(root, ["package-lock.json", ".npmrc"], stampFile);
  if (stamp.fresh && hasProductNode()) return;

  if (!installedByHand() || !existsSync(pinnedNode)) {
    say(
      "[1/2] 正在安装依赖（只在第一次和升级后需要，通常 1 到 3 分钟）…",
      "Installing dependencies (first run and upgrades only, usually 1 to 3 minutes)…",
    );
    ensureLibatomic();
    const npm = npmCommand();
    // The page is built here, so what NODE_ENV=production would leave out is needed too.
    const result = await runQuietly(npm.command, [...npm.args, "ci", "--include=dev", "--loglevel=error"], {
      onWait: (seconds) =>
        say(`      仍在安装，已用 ${seconds} 秒…`, `    still installing, ${seconds} s so far…`),
    });
    if (result.status !== 0) throw installError(result);
  }
  mkdirSync(path.dirname(chosenNodeFile), { recursive: true });
  writeFileSync(chosenNodeFile, chooseNode());
  stamp.write();
}

/**
 * Builds the page into dist/web, unless what it is made from is unchanged since the last build.
 * @returns {Promise<void>}
 */
export async function ensureWeb() {
  if (!existsSync(path.join(root, "src", "web", "index.html"))) return;
  const inputs = ["src/web", "vite.config.ts", "package-lock.json"];
  const stamp = compareWithStamp(root, inputs, path.join(root, "dist", "web", ".stamp"));
  if (stamp.fresh && existsSync(path.join(root, "dist", "web", "index.html"))) return;

  say("[2/2] 正在生成网页（通常不到 1 分钟）…", "Building the page (usually under a minute)…");
  const vite = path.join(root, "node_modules", "vite", "bin", "vite.js");
  const result = await runQuietly(productNode(), [vite, "build", "--logLevel", "warn"]);
  if (result.status !== 0) {
    throw new SetupError("生成网页失败，说明在下面。", "Building the page failed; see below.", result.output);
  }
  stamp.write();
}
