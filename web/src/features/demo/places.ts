import { rememberedSwitch } from "@/app/remembered";
import { createStore } from "@/app/store";

/** From here on the phone stands beside the inbox. */
export const DOCKS = "(min-width: 1200px)";

export const barFolded = rememberedSwitch("demo_bar_folded", false);
export const hintSeen = rememberedSwitch("demo_hint_seen", false);
/** Where there is room for it. */
export const phoneDocked = rememberedSwitch("demo_phone", true);
/** Where there is none it covers the rest, so it is never there by itself. */
export const phoneDrawn = createStore(false);

/** The conversation that was open last, for the start page to go back to. */
export const lastOpen = createStore<string | null>(null);

export function showPhone(): void {
  (window.matchMedia(DOCKS).matches ? phoneDocked : phoneDrawn).set(true);
}

export function togglePhone(): void {
  const place = window.matchMedia(DOCKS).matches ? phoneDocked : phoneDrawn;
  place.set(!place.get());
}
