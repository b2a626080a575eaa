import { resolveImport } from "./source.ts";
import type { ImportLine } from "./source.ts";

/** From the outside in: a file may import its own layer and those after it. */
const layers = [
  "main",
  "web",
  "http",
  "api",
  "jobs",
  "channels",
  "sim",
  "import",
  "engine",
  "store",
  "domain",
] as const;

type Layer = (typeof layers)[number];

/** The files directly in src (main.ts, config.ts) and the commands put everything together: the outermost layer. */
function layerOf(file: string): Layer | undefined {
  const [top, folder, below] = file.split("/");
  if (top !== "src" || folder === undefined) return undefined;
  if (below === undefined || folder === "cli") return "main";
  return layers.find((layer) => layer === folder);
}

/** The part of the page that a file is in, with the feature's name: `features/stock`, `ui`, … */
function webPartOf(file: string): { part: string; feature: string } {
  const [, , part = "", feature = ""] = file.split("/");
  return { part, feature };
}

/** Inside the page: app → features → the rest, and features never import each other. */
function webProblem(from: string, to: string): string | undefined {
  const source = webPartOf(from);
  const target = webPartOf(to);
  if (source.part === "features" && target.part === "features" && source.feature !== target.feature) {
    return "one feature of the page may not import another";
  }
  const rank = (part: string): number => (part === "app" ? 0 : part === "features" ? 1 : 2);
  if (rank(source.part) > rank(target.part))
    return "in the page, arrows point from app to features to the rest";
  return undefined;
}

function storeProblem(from: string, to: string): string | undefined {
  const adapters = ["memory", "sqlite", "postgres"];
  const adapterOf = (file: string) => adapters.find((adapter) => file.startsWith(`src/store/${adapter}/`));
  const source = adapterOf(from);
  const target = adapterOf(to);
  if (target === undefined || source === target) return undefined;
  if (source === undefined) return "the store's port may not know its adapters";
  return "one adapter of the store may not import another";
}

/**
 * What is wrong with an import of a source file.
 * @param from path of the importing file, relative to the project
 * @returns the reason, or undefined when the import is allowed
 */
export function importProblem(from: string, imported: ImportLine): string | undefined {
  const source = layerOf(from);
  if (source === undefined) return "the file is in no known layer: src has one folder a layer";
  const file = resolveImport(from, imported.specifier);
  if (file === undefined) {
    if (source === "domain") return "the domain imports nothing but the domain";
    if (source === "web" && imported.specifier.startsWith("node:")) return "the page runs without Node";
    return undefined;
  }
  if (!file.startsWith("src/")) {
    return /^(tests|scripts|bench)\//.test(file)
      ? "the product may not import its tests or scripts"
      : undefined;
  }
  const target = layerOf(file);
  if (target === undefined) return "it is in no known layer";
  if (source === "web") {
    if (target === "web") return webProblem(from, file);
    return target === "api" && imported.typeOnly ? undefined : "the page knows only the types of src/api";
  }
  if (layers.indexOf(target) < layers.indexOf(source)) return `${source} may not import ${target}`;
  return target === "store" && source === "store" ? storeProblem(from, file) : undefined;
}
