/** Names in braces as the page's language has them, by the server's name. */
export type Names = ReadonlyMap<string, string>;

function renamed(text: string, names: ReadonlyMap<string, string>): string {
  return text.replace(/\{([^{}]*)\}/g, (whole, name: string) => {
    const other = names.get(name.trim());
    return other === undefined ? whole : `{${other}}`;
  });
}

/** `{left}` as people read it: `{剩余}`. A name that nobody knows stays as it is. */
export function shownWords(text: string, names: Names): string {
  return renamed(text, names);
}

/** The way back. */
export function storedWords(text: string, names: Names): string {
  return renamed(text, new Map([...names].map(([own, shown]) => [shown, own])));
}
