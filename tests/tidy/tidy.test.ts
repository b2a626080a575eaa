import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { isTest, lineAt, readCode, readFiles, readImports, resolveImport, root } from "./source.ts";
import type { SourceFile } from "./source.ts";

const code = readCode("src", "tests", "scripts", "bench");

/** This file names what it looks for, so it does not read itself. */
function isSelf(file: SourceFile): boolean {
  return file.path === "tests/tidy/tidy.test.ts";
}

/** `path:line text` of each match of `pattern` in the files. */
function findAll(files: readonly SourceFile[], pattern: RegExp): string[] {
  return files
    .filter((file) => !isSelf(file))
    .flatMap((file) =>
      Array.from(file.text.matchAll(pattern), (match) => {
        return `${file.path}:${lineAt(file.text, match.index)} ${match[0].trim()}`;
      }),
    );
}

/** The lines of the files that match `pattern` and not `excuse`. */
function findLines(files: readonly SourceFile[], pattern: RegExp, excuse: RegExp): string[] {
  return files
    .filter((file) => !isSelf(file))
    .flatMap((file) =>
      file.text.split("\n").flatMap((line, index) => {
        return pattern.test(line) && !excuse.test(line) ? [`${file.path}:${index + 1} ${line.trim()}`] : [];
      }),
    );
}

test("every export has a name", () => {
  assert.deepEqual(findAll(code, /^export default\b/gm), []);
});

test("no file only passes on what others export", () => {
  assert.deepEqual(findAll(code, /^export (?:type )?\*/gm), []);
  const reExport = /^export (?:type )?\{[^}]*\} from "[^"]+";$/gm;
  const barrels = code.filter(
    (file) =>
      file.text.search(reExport) >= 0 &&
      file.text.replaceAll(reExport, "").replaceAll(/^\s*(?:\/\/.*)?$/gm, "") === "",
  );
  assert.deepEqual(
    barrels.map((file) => file.path),
    [],
  );
});

test("no work is left for later in a comment", () => {
  const files = readFiles().filter((file) => file.path !== "package-lock.json");
  assert.deepEqual(findAll(files, /\b(?:TODO|FIXME|XXX|HACK)\b/g), []);
});

test("no test is left out without a reason on its line", () => {
  const tests = code.filter((file) => file.path.startsWith("tests/") || isTest(file.path));
  assert.deepEqual(findAll(tests, /\b(?:test|it|suite|describe)\.only\(|\bonly: true\b/g), []);
  const leftOut = /\b(?:test|it|suite|describe|t|context)\.(?:skip|todo)\(|\b(?:skip|todo): true\b/;
  assert.deepEqual(findLines(tests, leftOut, /\/\/ \S|\.(?:skip|todo)\("[^"]+"\);/), []);
});

test("no check is switched off without a reason on its line", () => {
  const off = /(?:oxlint|eslint)-disable|@ts-(?:expect-error|ignore|nocheck)|oxfmt-ignore|prettier-ignore/;
  assert.deepEqual(findLines(code, off, / -- \S|@ts-expect-error:? \S/), []);
});

test("no path of somebody's machine and no registry's address", () => {
  assert.deepEqual(findAll(readFiles(), /(?<![\w.$}/-])\/(?:work|root|home|Users)\/[\w.-]+/g), []);
  const hosts =
    /\b(?:registry\.npmjs\.org|registry\.npmmirror\.com|npm\.pkg\.github\.com|deb\.debian\.org)\b/g;
  assert.deepEqual(findAll(readFiles(), hosts), []);
});

test("the lockfile carries no download address", () => {
  const lock = readFileSync(path.join(root, "package-lock.json"), "utf8");
  assert.doesNotMatch(lock, /"resolved"/);
});

test("the engine's clock is the only one that asks the system for time or chance", () => {
  const files = readCode("src").filter(
    (file) => !isTest(file.path) && !file.path.startsWith("src/web/") && file.path !== "src/engine/clock.ts",
  );
  assert.deepEqual(findAll(files, /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(/g), []);
});

test("every source file is used by another", () => {
  const used = new Set(["src/main.ts"]);
  for (const file of readFiles()) {
    if (file.path.endsWith(".html")) {
      for (const match of file.text.matchAll(/src="\/?(?:\.\/)?([^"]+)"/g)) {
        used.add(path.posix.join(path.posix.dirname(file.path), match[1] ?? ""));
      }
    }
    if (!/\.(?:ts|tsx|mjs)$/.test(file.path)) continue;
    const own = file.path.replace(/\.test\.ts$/, "");
    for (const { specifier } of readImports(file.text)) {
      const imported = resolveImport(file.path, specifier);
      // A file that only its own test imports is used by nobody.
      if (imported !== undefined && imported.replace(/\.tsx?$/, "") !== own) used.add(imported);
    }
  }
  const unused = readCode("src").filter(
    (file) => !isTest(file.path) && !file.path.endsWith(".d.ts") && !used.has(file.path),
  );
  assert.deepEqual(
    unused.map((file) => file.path),
    [],
  );
});
