import { spawn } from "node:child_process";
import { constants } from "node:os";
import { productNode, root } from "./setup.mjs";

const orphanPollMs = 250;

/**
 * Runs the product (src/main.ts) in the foreground and waits for it. Signals sent to this process reach it, so that
 * it can shut down in order; its exit status is the answer (128 + signal number when a signal ended it, as shells
 * say it). Its working folder is the project, so that the default data folder is always the same one; INIT_CWD, which
 * npm sets, is the folder the person stood in, against which file arguments are resolved.
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
export function runProduct(args) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, INIT_CWD: process.env.INIT_CWD ?? process.cwd() };
    const child = spawn(productNode(), ["src/main.ts", ...args], { cwd: root, env, stdio: "inherit" });
    /** @param {NodeJS.Signals} signal */
    const forward = (signal) => {
      // Ctrl-C in a terminal already reaches the whole foreground group; a second copy would read as impatience.
      if (signal === "SIGINT" && process.stdin.isTTY) return;
      child.kill(signal);
    };
    /** @type {readonly NodeJS.Signals[]} */
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
    for (const signal of signals) process.on(signal, forward);
    // npm runs this in a shell and signals only the shell, which dies without passing the signal on: when the parent
    // is gone, the product is to stop too.
    const parent = process.ppid;
    const orphaned = setInterval(() => {
      if (process.env.npm_lifecycle_event === undefined || process.ppid === parent) return;
      clearInterval(orphaned);
      child.kill("SIGTERM");
    }, orphanPollMs);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearInterval(orphaned);
      for (const name of signals) process.off(name, forward);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/**
 * Runs one of the project's own scripts or tools with the product's Node, in the project's folder, output on the
 * terminal.
 * @param {string} script path relative to the project
 * @param {readonly string[]} args
 * @returns {Promise<number>} its exit status
 */
export function runTool(script, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(productNode(), [script, ...args], { cwd: root, stdio: "inherit" });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}
