// Runs before the first paint, so that a chosen theme or density never flashes the other one.
// A file of its own because the page's CSP forbids inline scripts. Keys: src/app/appearance.ts.
(() => {
  try {
    const { dataset } = document.documentElement;
    const theme = localStorage.getItem("parley.theme");
    if (theme === "light" || theme === "dark") dataset.theme = theme;
    if (localStorage.getItem("parley.density") === "compact") dataset.density = "compact";
  } catch {
    // Storage may be forbidden; the system's theme is then used.
  }
})();
