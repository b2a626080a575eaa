/** Shared with alerts: a page has one service worker. */
const workerFile = "/push.js";

/**
 * Keeps the files of this page on the phone, so that it opens without a network. A browser allows that only where
 * the page is secure.
 */
export async function keepShell(): Promise<void> {
  // Put on a home screen from here, it opens here.
  document.querySelector("link[rel=manifest]")?.setAttribute("href", "/phone.webmanifest");
  if (!isSecureContext || !("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(workerFile);
    const registration = await navigator.serviceWorker.ready;
    // The camera's parts are loaded now, while there is a network.
    const { readerFiles } = await import("./camera.tsx");
    const loaded = performance
      .getEntriesByType("resource")
      .map(({ name }) => new URL(name))
      .filter((url) => url.origin === location.origin && url.pathname.startsWith("/assets/"))
      .map((url) => url.pathname);
    const own = [...document.querySelectorAll<HTMLScriptElement>("script[src]")].map(
      (one) => new URL(one.src).pathname,
    );
    const build = own.find((name) => name.startsWith("/assets/")) ?? "";
    const files = [...new Set([...own, ...loaded, ...readerFiles])];
    registration.active?.postMessage({ kind: "keep_shell", build, files });
  } catch {
    // Without it the page still counts offline, as long as it stays open.
  }
}
