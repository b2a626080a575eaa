/** What a browser may do with our pages. */

const common = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(self), microphone=(), geolocation=(), payment=()",
} as const;

function policyOf(rules: Readonly<Record<string, string>>): string {
  return Object.entries(rules)
    .map(([name, sources]) => `${name} ${sources}`)
    .join("; ");
}

const rules = {
  "default-src": "'self'",
  // The barcode reader is WebAssembly from our own files; scripts still cannot be made from texts.
  "script-src": "'self' 'wasm-unsafe-eval'",
  // The components of the page write their styles while it runs.
  "style-src": "'self' 'unsafe-inline'",
  "img-src": "'self' data: blob:",
  "font-src": "'self' data:",
  "connect-src": "'self'",
  "worker-src": "'self' blob:",
  "manifest-src": "'self'",
  "object-src": "'none'",
  "base-uri": "'self'",
  "form-action": "'self'",
  "frame-ancestors": "'self'",
} as const;

/** The page and its files. No script but ours, none inline, no `eval`. */
export const pageHeaders: Readonly<Record<string, string>> = {
  ...common,
  "content-security-policy": policyOf(rules),
};

/** The API reference starts itself with a few inline words: they carry the nonce. */
export function referenceHeaders(nonce: string): Readonly<Record<string, string>> {
  return {
    ...common,
    "cache-control": "no-cache",
    "content-security-policy": policyOf({ ...rules, "script-src": `'self' 'nonce-${nonce}'` }),
  };
}
