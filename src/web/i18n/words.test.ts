import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

const web = fileURLToPath(new URL("..", import.meta.url));

/** Each key with its words, as `stock.title`. */
function flatten(words: object, before = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(words)) {
    const name = before === "" ? key : `${before}.${key}`;
    if (typeof value === "string") found.set(name, value);
    else for (const [inner, text] of flatten(value as object, name)) found.set(inner, text);
  }
  return found;
}

const chinese = flatten(zh);
const english = flatten(en);
const sources = globSync("**/*.{ts,tsx}", { cwd: web })
  .filter((file) => !file.endsWith(".test.ts") && !file.startsWith("i18n"))
  .map((file) => ({ file, text: readFileSync(path.join(web, file), "utf8") }));

/** English counts its nouns; the form for one is only there where it differs. */
function isForOne(key: string): boolean {
  return key.endsWith("_one") && english.has(key.slice(0, -"_one".length));
}

test("every word is there in both languages", () => {
  assert.deepEqual(
    [...english.keys()].filter((key) => !chinese.has(key) && !isForOne(key)),
    [],
  );
  assert.deepEqual(
    [...chinese.keys()].filter((key) => !english.has(key)),
    [],
  );
});

test("both languages fill the same places", () => {
  const placesOf = (text: string) => [...new Set(text.match(/\{\{\w+\}\}/g))].toSorted();
  const differ = [...chinese].filter(([key, text]) => {
    const other = placesOf(english.get(key) ?? "");
    return JSON.stringify(placesOf(text)) !== JSON.stringify(other);
  });
  assert.deepEqual(
    differ.map(([key]) => key),
    [],
  );
});

test("no word is empty, and English has no Chinese in it but the name of the language", () => {
  assert.deepEqual(
    [...chinese, ...english].filter(([, text]) => text.trim() === ""),
    [],
  );
  const mixed = [...english].filter(
    ([key, text]) => /\p{Script=Han}/u.test(text) && key !== "settings.chinese",
  );
  assert.deepEqual(mixed, []);
});

test("every key that the page asks for exists, and every word is asked for", () => {
  const asked = new Set<string>();
  const patterns: RegExp[] = [];
  for (const { text } of sources) {
    for (const [, key = ""] of text.matchAll(/"([a-z]\w*(?:\.\w+)+)"/gi)) asked.add(key);
    for (const [, template = ""] of text.matchAll(/`([a-z]\w*\.[^`\s]*\$\{[^`]*)`/gi)) {
      const escaped = template.split(/\$\{[^}]*\}/).map((part) => part.replaceAll(".", "\\."));
      patterns.push(new RegExp(`^${escaped.join("[\\w]+")}$`));
    }
  }
  const unknown = sources.flatMap(({ file, text }) =>
    [...text.matchAll(/\bt\(\s*"([^"]+)"/g)]
      .filter(([, key = ""]) => !chinese.has(key))
      .map(([, key]) => `${file} ${key}`),
  );
  assert.deepEqual(unknown, []);
  const unused = [...chinese.keys()].filter(
    (key) => !asked.has(key) && !patterns.some((one) => one.test(key)),
  );
  assert.deepEqual(unused, []);
});

/** The product's name, and the words of platforms in files that people import. */
const mayBeChinese = ["ui/logo.tsx", "ui/hooks.ts", path.join("features", "import", "meanings.ts")];

test("no sentence of the page stands outside its words", () => {
  const found = sources
    .filter(({ file }) => !mayBeChinese.includes(file))
    .flatMap(({ file, text }) =>
      text
        .split("\n")
        .filter((line) => /\p{Script=Han}/u.test(line) && !/^\s*(?:\/?\*|\/\/)/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
  assert.deepEqual(found, []);
});
