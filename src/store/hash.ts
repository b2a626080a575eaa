import { hash } from "node:crypto";

/** SHA-256 of a text in UTF-8, as 64 hexadecimal digits. */
export function hashOf(text: string): string {
  return hash("sha256", text, "hex");
}

/** The hash before a shop's first batch. */
export const genesisHash = hashOf("zaiku");
