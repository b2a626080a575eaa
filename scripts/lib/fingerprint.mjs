import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * @typedef {{ size: number, mtimeMs: number, sha256: string }} Entry
 * @typedef {{ files: Record<string, Entry> }} Stamp
 */

/**
 * Every file below the given files and folders, relative to `root`, sorted. What does not exist is left out.
 * @param {string} root
 * @param {readonly string[]} inputs
 * @returns {string[]}
 */
function listFiles(root, inputs) {
  /** @type {string[]} */
  const files = [];
  for (const input of inputs) {
    const absolute = path.join(root, input);
    if (!existsSync(absolute)) continue;
    if (statSync(absolute).isFile()) {
      files.push(input);
      continue;
    }
    for (const name of readdirSync(absolute, { recursive: true, encoding: "utf8" })) {
      if (statSync(path.join(absolute, name)).isFile()) files.push(path.join(input, name));
    }
  }
  return files.toSorted();
}

/**
 * @param {string} stampFile
 * @returns {Stamp | undefined}
 */
function readStamp(stampFile) {
  try {
    return JSON.parse(readFileSync(stampFile, "utf8"));
  } catch {
    // No stamp, or half of one: the work it vouches for is done again.
    return undefined;
  }
}

/**
 * Compares files with the stamp that the last finished work left behind. Size and time settle almost every file;
 * only one whose time moved is read (a fresh checkout moves all of them without changing any).
 * @param {string} root
 * @param {readonly string[]} inputs files and folders that the work depends on
 * @param {string} stampFile absolute
 * @returns {{ fresh: boolean, write: () => void }} `write` records the state that was compared
 */
export function compareWithStamp(root, inputs, stampFile) {
  const before = readStamp(stampFile)?.files ?? {};
  /** @type {Record<string, Entry>} */
  const now = {};
  let same = true;
  let touched = false;
  for (const file of listFiles(root, inputs)) {
    const { size, mtimeMs } = statSync(path.join(root, file));
    const known = before[file];
    if (known !== undefined && known.size === size && known.mtimeMs === mtimeMs) {
      now[file] = known;
      continue;
    }
    const sha256 = createHash("sha256")
      .update(readFileSync(path.join(root, file)))
      .digest("hex");
    now[file] = { size, mtimeMs, sha256 };
    touched = true;
    if (known?.sha256 !== sha256) same = false;
  }
  if (Object.keys(now).length !== Object.keys(before).length) same = false;

  const write = () => {
    mkdirSync(path.dirname(stampFile), { recursive: true });
    writeFileSync(stampFile, JSON.stringify({ files: now }));
  };
  if (same && touched) write();
  return { fresh: same, write };
}
