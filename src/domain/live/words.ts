/** One sentence in the shop's two languages. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

export type Language = keyof Words;

/** What a template may say: null is a number that nobody knows at the moment. */
export type Values = Readonly<Record<string, string | number | null>>;

/** A filled template, or the placeholders that had no value. */
export type Filled =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly missing: readonly string[] };

const placeholder = /\{([a-zA-Z][a-zA-Z0-9]*)\}/g;

/** The names in braces, each once, in the order in which they first stand. */
export function placeholdersOf(template: string): readonly string[] {
  return [...new Set(Array.from(template.matchAll(placeholder), (match) => match[1] ?? ""))];
}

/**
 * Puts values where the names in braces stand. A name without a value refuses the whole sentence: nobody may
 * read “{left} left” aloud to a hundred thousand viewers.
 */
export function fill(template: string, values: Values): Filled {
  const missing = placeholdersOf(template).filter((name) => valueOf(values, name) === null);
  if (missing.length > 0) return { ok: false, missing };
  return {
    ok: true,
    text: template.replace(placeholder, (_, name: string) => String(valueOf(values, name))),
  };
}

function valueOf(values: Values, name: string): string | number | null {
  return Object.hasOwn(values, name) ? (values[name] ?? null) : null;
}

/** Something wrong with what a person entered: the code is the key of its words, the path says where. */
export interface Problem<Code extends string = string> extends Words {
  readonly code: Code;
  readonly path: string;
}

/** Makes problems from one table of sentences. A placeholder without a value stays as it is written. */
export function problemMaker<Code extends string>(sentences: Readonly<Record<Code, Words>>) {
  return (code: Code, path: string, values: Values = {}): Problem<Code> => {
    const say = (template: string): string =>
      template.replace(placeholder, (whole, name: string) => String(valueOf(values, name) ?? whole));
    const { zh, en } = sentences[code];
    return { code, path, zh: say(zh), en: say(en) };
  };
}
