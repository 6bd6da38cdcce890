import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ComponentProps } from "react";
import { Kbd } from "./Kbd";
import type { Tip } from "./tips";

type Side = ComponentProps<typeof Base.Positioner>["side"];

export function TipPopup({ tip }: { tip: Tip | null }) {
  return (
    <Base.Root open={tip !== null}>
      <Base.Portal>
        <Base.Positioner
          anchor={tip?.element}
          side={tip?.side as Side}
          sideOffset={6}
          className="z-tip"
        >
          <Base.Popup
            role="tooltip"
            data-tip-popup=""
            className="flex max-w-72 items-center gap-2 rounded-6 bg-ink px-2 py-1 text-12 text-surface transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0"
          >
            {tip?.text}
            {tip?.keys && <Kbd keys={tip.keys} inverse />}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
