import { lazy, Suspense, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { withStrings } from "@/i18n";
import { cx } from "@/ui/cx";
import { useMatches } from "@/ui/useMatches";
import { barFolded, DOCKS, hintSeen, phoneDocked, phoneDrawn } from "./places";

/*
 * Only the frames are loaded with the app, so that nothing moves when what is in them arrives, and
 * so that a server that is no demonstration pays for nothing else.
 */

const parts = withStrings("demo", () => import("./parts"));
const DemoBar = lazy(async () => ({ default: (await parts()).DemoBar }));
const DemoHint = lazy(async () => ({ default: (await parts()).DemoHint }));
const Phone = lazy(async () => ({ default: (await parts()).Phone }));

const drawer = withStrings("demo", () => import("./PhoneDrawer"));
const PhoneDrawer = lazy(async () => ({ default: (await drawer()).PhoneDrawer }));

const accounts = withStrings("demo", () => import("./DemoAccounts"));

/** Demo accounts as buttons, for the sign-in page. */
export const DemoAccounts = lazy(async () => ({ default: (await accounts()).DemoAccounts }));

/** Above everything: who one is, what time it is, where the phone is. */
export function DemoTop() {
  const { t } = useTranslation();
  const folded = useSyncExternalStore(barFolded.subscribe, barFolded.get);
  const seen = useSyncExternalStore(hintSeen.subscribe, hintSeen.get);
  return (
    <section aria-label={t("app.demo_bar")} className="shrink-0">
      <div
        className={cx(
          "border-b border-line bg-canvas",
          folded ? "h-6" : "h-[calc(var(--control)+0.5rem)]",
        )}
      >
        <Suspense>
          <DemoBar folded={folded} />
        </Suspense>
      </div>
      {!seen && (
        <div className="min-h-9 bg-selected">
          <Suspense>
            <DemoHint />
          </Suspense>
        </div>
      )}
    </section>
  );
}

/** The customer's phone: beside everything where there is room, else drawn over it when asked for. */
export function DemoSide() {
  const { t } = useTranslation();
  const docks = useMatches(DOCKS);
  const docked = useSyncExternalStore(phoneDocked.subscribe, phoneDocked.get);
  const drawn = useSyncExternalStore(phoneDrawn.subscribe, phoneDrawn.get);
  if (!docks) return <Suspense>{drawn && <PhoneDrawer />}</Suspense>;
  if (!docked) return null;
  return (
    <aside
      aria-label={t("app.demo_phone")}
      // Narrower where list and conversation would not fit beside it else.
      className="flex w-[clamp(18.75rem,calc(100vw-60rem),22.5rem)] shrink-0 flex-col border-s border-line bg-surface"
    >
      <Suspense>
        <Phone onClose={() => phoneDocked.set(false)} />
      </Suspense>
    </aside>
  );
}
