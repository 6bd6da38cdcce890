import { cx } from "./cx";

/** The look that menus, selects and popovers share. */
export const POPUP = cx(
  "max-h-(--available-height) max-w-(--available-width) overflow-auto rounded-8 bg-raised text-ink shadow-raised outline-none",
  "origin-(--transform-origin) transition-[opacity,scale] duration-100 ease-out",
  "data-starting-style:scale-97 data-starting-style:opacity-0 data-ending-style:opacity-0",
);

export const POPUP_ITEM = cx(
  "flex min-h-control w-full select-none items-center gap-2 rounded-6 px-2 text-start text-13 outline-none",
  "data-highlighted:bg-hover data-disabled:opacity-50",
);
