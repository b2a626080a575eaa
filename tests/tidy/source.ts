// Reads the repository as text, for the tests that keep it in order.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "../..");

/** Folders that hold no source: dependencies, what is built, what the product writes. */
const foldersLeftOut = new Set(["node_modules", "dist", ".git", "coverage"]);
const topFoldersLeftOut = new Set(["data", "backups"]);

/** One file of the repository. */
export interface SourceFile {
  /** Relative to the project, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** One `import … from` or `export … from` of a file, or an `import()`. */
export interface ImportLine {
  readonly specifier: string;
  /** Nothing of it is left when the program runs. */
  readonly typeOnly: boolean;
  readonly line: number;
}

const textFile =
  /(\.(?:ts|tsx|mts|js|mjs|cjs|json|jsonc|md|css|html|svg|sql|sh|yml|yaml|txt)|\/run|\.npmrc|\.gitignore)$/;

function listFiles(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return entry.isFile() ? [file] : [];
    const leftOut = foldersLeftOut.has(entry.name) || (folder === "" && topFoldersLeftOut.has(entry.name));
    return leftOut ? [] : listFiles(file);
  });
}

let files: readonly SourceFile[] | undefined;

/** Every text file of the repository. */
export function readFiles(): readonly SourceFile[] {
  files ??= listFiles("")
    .filter((file) => textFile.test(file))
    .toSorted()
    .map((file) => ({ path: file, text: readFileSync(path.join(root, file), "utf8") }));
  return files;
}

/** Every TypeScript file below one of the folders. */
export function readCode(...folders: readonly string[]): readonly SourceFile[] {
  return readFiles().filter(
    (file) => /\.tsx?$/.test(file.path) && folders.some((folder) => file.path.startsWith(`${folder}/`)),
  );
}

export function isTest(file: string): boolean {
  return /\.test\.tsx?$/.test(file);
}

/** 1-based line of a position in a text. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

const staticImport =
  /^[ \t]*(import|export)\b(\s+type\b(?!\s+from))?(?:[^;"'`]*?\bfrom)?\s*["']([^"'\n]+)["']/gm;
const dynamicImport = /\b(?:import|new URL)\(\s*["']([^"'\n]+)["']/g;

/** The import lines of a source text, in no particular order. */
export function readImports(text: string): ImportLine[] {
  const found: ImportLine[] = [];
  for (const match of text.matchAll(staticImport)) {
    const [, , type, specifier] = match;
    if (specifier === undefined) continue;
    found.push({ specifier, typeOnly: type !== undefined, line: lineAt(text, match.index) });
  }
  for (const match of text.matchAll(dynamicImport)) {
    const [, specifier] = match;
    if (specifier === undefined) continue;
    found.push({ specifier, typeOnly: false, line: lineAt(text, match.index) });
  }
  return found;
}

/** The file of the repository that a relative specifier names, relative to the project; undefined for a package. */
export function resolveImport(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return path.posix.normalize(path.posix.join(path.posix.dirname(from), specifier));
}
