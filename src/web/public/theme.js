// Runs before the first paint, so that a dark page never flashes white. A file of its own: the page's
// content security policy allows no script inside the HTML.
(() => {
  let theme = null;
  try {
    theme = localStorage.getItem("zaiku.theme");
  } catch {
    // Storage may be forbidden; then the desk's default stands.
  }
  const dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
