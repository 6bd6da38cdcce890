import { useState } from "react";

const KEY = "parley.contact";
/** From here on the panel has room beside the conversation. */
const BESIDE = 800;
/** Of the panel, with its border. */
export const CONTACT_WIDTH = 288;

export function contactBeside(width: number): boolean {
  return width >= BESIDE;
}

/** Whether the contact panel is shown. Beside the conversation that is remembered; a drawer begins shut. */
export function useContactShown(width: number): [boolean, (shown: boolean) => void] {
  const [beside, setBeside] = useState(remembered);
  const [drawer, setDrawer] = useState(false);
  if (!contactBeside(width)) return [drawer, setDrawer];
  return [
    beside,
    (shown) => {
      setBeside(shown);
      try {
        localStorage.setItem(KEY, shown ? "shown" : "hidden");
      } catch {
        // Without storage it lasts as long as the page.
      }
    },
  ];
}

function remembered(): boolean {
  try {
    return localStorage.getItem(KEY) !== "hidden";
  } catch {
    return true;
  }
}
