import { type MouseEvent, type PointerEvent, useEffect, useRef } from "react";

const HELD = 450;
const WOBBLE = 10;

type Press = { timer: ReturnType<typeof setTimeout>; x: number; y: number; held: boolean };

/** A finger that rests: what a mouse does with its other button. Not all browsers tell it by `contextmenu`. */
export function useLongPress(onHeld: (target: Element, x: number, y: number) => void) {
  const press = useRef<Press | null>(null);
  const cancel = () => clearTimeout(press.current?.timer);
  useEffect(() => () => clearTimeout(press.current?.timer), []);
  return {
    onPointerDown({ target, pointerType, clientX: x, clientY: y }: PointerEvent) {
      cancel();
      press.current = null;
      if (pointerType !== "touch" || !(target instanceof Element)) return;
      const begun: Press = {
        timer: setTimeout(() => {
          begun.held = true;
          onHeld(target, x, y);
        }, HELD),
        x,
        y,
        held: false,
      };
      press.current = begun;
    },
    onPointerMove({ clientX, clientY }: PointerEvent) {
      const begun = press.current;
      if (begun && Math.hypot(clientX - begun.x, clientY - begun.y) > WOBBLE) cancel();
    },
    onPointerUp: cancel,
    onPointerCancel: cancel,
    /** Lifting the finger is no press of what was under it. */
    onClickCapture(event: MouseEvent) {
      if (!press.current?.held) return;
      press.current = null;
      event.preventDefault();
      event.stopPropagation();
    },
  };
}
