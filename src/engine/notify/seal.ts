import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/**
 * Seals what only this installation may read: addresses and secrets of receivers. AES-256-GCM under a key that
 * is derived from the installation's secret, so a copy of the database alone gives nothing away.
 */
export interface Seal {
  seal(text: string): string;
  /** @throws when it was sealed under another secret, or was changed */
  open(sealed: string): string;
}

const cipher = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;
const prefix = "v1.";

export function createSeal(secret: string): Seal {
  const key = Buffer.from(hkdfSync("sha256", secret, "", "zaiku seal", 32));
  return {
    seal(text) {
      const nonce = randomBytes(nonceBytes);
      const encrypting = createCipheriv(cipher, key, nonce);
      const bytes = Buffer.concat([encrypting.update(text, "utf8"), encrypting.final()]);
      return prefix + Buffer.concat([nonce, encrypting.getAuthTag(), bytes]).toString("base64url");
    },
    open(sealed) {
      if (!sealed.startsWith(prefix)) throw new Error("it is not sealed by this version");
      const bytes = Buffer.from(sealed.slice(prefix.length), "base64url");
      const decrypting = createDecipheriv(cipher, key, bytes.subarray(0, nonceBytes));
      decrypting.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
      return (
        decrypting.update(bytes.subarray(nonceBytes + tagBytes), undefined, "utf8") + decrypting.final("utf8")
      );
    },
  };
}
