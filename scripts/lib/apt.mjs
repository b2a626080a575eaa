import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** @returns {boolean} whether this is Debian or one of its kind, with the right to install on it */
export function canAptInstall() {
  return existsSync("/etc/debian_version") && existsSync("/usr/bin/apt-get") && process.getuid?.() === 0;
}

/**
 * @param {readonly string[]} args
 * @returns {{ ok: boolean, output: string }}
 */
function aptGet(args) {
  // Another installation may be running: wait for its lock instead of failing.
  const result = spawnSync("apt-get", ["-o", "DPkg::Lock::Timeout=300", "-qq", ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    encoding: "utf8",
  });
  return { ok: result.status === 0, output: `${result.stdout}${result.stderr}`.trim() };
}

/**
 * Installs system packages, without those that they only recommend.
 * @param {readonly string[]} packages
 * @returns {{ ok: boolean, output: string }} what apt-get said, for the person to read
 */
export function aptInstall(packages) {
  // An update that fails matters only when the install does: its words come with those of the install.
  const update = aptGet(["update"]);
  const install = aptGet(["install", "-y", "--no-install-recommends", ...packages]);
  return { ok: install.ok, output: `${update.output}\n${install.output}`.trim() };
}
