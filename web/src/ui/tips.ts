/** What the tooltip says now, and beside what. */
export type Tip = { element: HTMLElement; text: string; keys: string | undefined; side: string };

const DELAY = 400;
/** Time to reach the tooltip itself with the pointer; and after one, the next comes at once. */
const GRACE = 150;

/**
 * Watches the whole page for the pointer and the focus on anything with a `data-tip`. One listener
 * instead of one per button: a tooltip costs nothing until it is shown.
 */
export function watchTips(show: (tip: Tip | null) => void): () => void {
  let shown: HTMLElement | null = null;
  let closedAt = Number.NEGATIVE_INFINITY;
  /** Pressed: it says nothing more until the pointer has left it. */
  let pressed: HTMLElement | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const open = (element: HTMLElement) => {
    clearTimeout(timer);
    const { tip: text, tipKeys: keys, tipSide: side = "bottom" } = element.dataset;
    // What it opens already says what it is for.
    if (!text || !element.isConnected || element.matches("[aria-haspopup][aria-expanded=true]"))
      return;
    shown = element;
    show({ element, text, keys, side });
  };
  const close = () => {
    clearTimeout(timer);
    if (!shown) return;
    shown = null;
    closedAt = performance.now();
    show(null);
  };
  const onPointerOver = ({ target, pointerType }: PointerEvent) => {
    if (pointerType === "touch" || !(target instanceof Element)) return;
    clearTimeout(timer);
    if (target.closest("[data-tip-popup]")) return;
    const element = target.closest<HTMLElement>("[data-tip]");
    if (element !== pressed) pressed = null;
    if (element === null) {
      if (shown) timer = setTimeout(close, GRACE);
    } else if (element !== shown && element !== pressed) {
      const soon = shown !== null || performance.now() - closedAt < GRACE * 2;
      timer = setTimeout(() => open(element), soon ? 0 : DELAY);
    }
  };
  const onPress = ({ target }: Event) => {
    pressed = target instanceof Element ? target.closest<HTMLElement>("[data-tip]") : null;
    close();
  };
  const onFocus = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLElement) || !target.matches("[data-tip]:focus-visible")) return;
    open(target);
  };
  const stop = new AbortController();
  const options = { capture: true, passive: true, signal: stop.signal };
  document.addEventListener("pointerover", onPointerOver, options);
  document.addEventListener("pointerdown", onPress, options);
  document.addEventListener("focusin", onFocus, options);
  for (const type of ["focusout", "keydown", "scroll"]) {
    document.addEventListener(type, close, options);
  }
  document.documentElement.addEventListener("pointerleave", close, options);
  return () => {
    close();
    stop.abort();
  };
}
