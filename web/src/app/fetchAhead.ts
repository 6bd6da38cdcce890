import { loadPane } from "@/features/conversation";
import { loadSearch } from "@/features/search";
import { withStrings } from "@/i18n";
import { menuPopup } from "@/ui/Menu";
import { tipPopup } from "@/ui/Tips";
import { toastList } from "@/ui/Toasts";

/** Its actions lead to the settings, by their names. */
export const loadPalette = withStrings("settings", () => import("./palette/Palette"));

const QUIET = 5000;

/**
 * Once the first screen has long been there and the browser is idle, fetches what the next press will
 * need; one after the other, and not where data are dear.
 */
export function fetchAhead(): () => void {
  const { connection } = navigator as { connection?: { saveData?: boolean } };
  if (connection?.saveData) return () => undefined;
  const timer = setTimeout(() => {
    if (window.requestIdleCallback) window.requestIdleCallback(() => void fetchAll());
    else void fetchAll();
  }, QUIET);
  return () => clearTimeout(timer);
}

async function fetchAll(): Promise<void> {
  try {
    for (const load of [toastList.load, tipPopup.load, menuPopup.load, loadPane]) await load();
    for (const load of [loadSearch, loadPalette]) await load();
  } catch {
    // No connection now: each is fetched when it is needed.
  }
}
