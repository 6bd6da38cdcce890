import type { Settings } from "@/api/types";

/** Sets theme and density on the page, and remembers them for public/theme.js, which runs before us. */
export function applyAppearance({ theme, density }: Pick<Settings, "theme" | "density">): void {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  if (density === "compact") root.dataset.density = density;
  else delete root.dataset.density;
  try {
    localStorage.setItem("parley.theme", theme);
    localStorage.setItem("parley.density", density);
  } catch {
    // Without storage the next first paint follows the system.
  }
}
