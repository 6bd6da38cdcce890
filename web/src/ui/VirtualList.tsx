import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useEffectEvent,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
} from "react";
import { cx } from "./cx";

export type VirtualListHandle = {
  scrollToEnd: () => void;
  scrollToIndex: (index: number, align?: "start" | "center" | "auto") => void;
  isAtEnd: () => boolean;
  /** Moves the focus to the first focusable thing of a row, scrolled into view; null: to the list itself. */
  focus: (index: number | null) => void;
};

export type VirtualListProps<T> = {
  items: readonly T[];
  keyOf: (item: T) => string;
  /** A guess of a row's height in px; real heights are measured. */
  estimate: number | ((item: T) => number);
  renderItem: (item: T, index: number) => ReactNode;
  label: string;
  /** end: a timeline that opens at its last item, stays there as items come, and does not jump when older ones are put before it. */
  anchor?: "start" | "end";
  role?: "list" | "log" | "listbox";
  /** Of a timeline: the index that it opens at, in place of the end. */
  openAt?: number | undefined;
  /** Of a timeline: whether the end is in sight, each time that this changes; it is at first. */
  onAtEnd?: (atEnd: boolean) => void;
  /** The indexes of the first and the last row in sight, each time that they change. */
  onRange?: (first: number, last: number) => void;
  /** Near the first or the last loaded item: time to load more. May be called again until more is there. */
  onNearStart?: () => void;
  onNearEnd?: () => void;
  /** Stands below the last row, inside the scroll: a loader, an error. */
  footer?: ReactNode;
  ref?: Ref<VirtualListHandle>;
};

const NEAR = 8;

/** Within so many px of the last row one is at the end. */
const END = 80;

/** A long list of which only the visible rows exist. Fills its parent and scrolls by itself. */
export function VirtualList<T>({
  items,
  keyOf,
  estimate,
  renderItem,
  label,
  anchor = "start",
  role = "list",
  openAt,
  onAtEnd,
  onRange,
  onNearStart,
  onNearEnd,
  footer,
  ref,
}: VirtualListProps<T>) {
  "use no memo";
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = anchor === "end";
  // Their identity tells the virtualizer that heights are to be counted anew, for all items.
  const estimateSize = useCallback(
    (index: number) => {
      if (typeof estimate === "number") return estimate;
      const item = items[index];
      return item === undefined ? 0 : estimate(item);
    },
    [items, estimate],
  );
  const getItemKey = useCallback(
    (index: number) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
    [items, keyOf],
  );
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize,
    getItemKey,
    overscan: 8,
    anchorTo: anchor,
    followOnAppend: atEnd,
    scrollEndThreshold: END,
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: where it opens is decided once.
  useLayoutEffect(() => {
    if (!atEnd) return;
    virtual.scrollToEnd();
    if (openAt === undefined) return;
    // By now the rows at the end have their real heights. What fits is shown from the end.
    const frame = requestAnimationFrame(() => {
      const [top] = virtual.getOffsetForIndex(openAt, "start") ?? [];
      if (top !== undefined && top < (virtual.scrollOffset ?? 0)) {
        virtual.scrollToIndex(openAt, { align: "start" });
      }
    });
    return () => cancelAnimationFrame(frame);
  }, [atEnd, virtual]);

  useImperativeHandle(
    ref,
    () => ({
      scrollToEnd: () => virtual.scrollToEnd(),
      scrollToIndex: (index, align = "center") => virtual.scrollToIndex(index, { align }),
      isAtEnd: () => virtual.isAtEnd(),
      focus(index) {
        if (index === null) return scroller.current?.focus();
        virtual.scrollToIndex(index, { align: "auto" });
        const focusRow = () => {
          const row = scroller.current?.querySelector<HTMLElement>(
            `[data-index="${index}"] [tabindex]`,
          );
          row?.focus({ preventScroll: true });
          return row;
        };
        // Rows beyond the edge are drawn before they are seen, but not all of them.
        if (!focusRow()) requestAnimationFrame(focusRow);
      },
    }),
    [virtual],
  );

  const rows = virtual.getVirtualItems();
  const first = rows[0]?.index ?? 0;
  const last = rows.at(-1)?.index ?? 0;
  const nearStart = items.length > 0 && first < NEAR;
  const nearEnd = items.length > 0 && last >= items.length - NEAR;

  const tellEnd = useEffectEvent((inSight: boolean) => onAtEnd?.(inSight));

  const { startIndex, endIndex } = virtual.range ?? { startIndex: 0, endIndex: -1 };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per change, not per callback.
  useEffect(() => {
    if (endIndex >= startIndex) onRange?.(startIndex, endIndex);
  }, [startIndex, endIndex]);

  // Asked of the element: what the virtualizer counts with is behind it while rows are being
  // measured, and nothing tells it when the rows turn out to need no scrolling.
  useEffect(() => {
    const element = scroller.current;
    const content = element?.firstElementChild;
    if (!atEnd || !element || !content) return;
    const inSight = () => element.scrollHeight - element.clientHeight - element.scrollTop <= END;
    let stays = inSight();
    let told = true;
    let frame = 0;
    const tell = () => {
      frame = 0;
      if (inSight() === told) return;
      told = !told;
      tellEnd(told);
    };
    const onScroll = () => {
      stays = inSight();
      tell();
    };
    const sizes = new ResizeObserver(() => {
      // What was at the end stays there: a composer that grows takes its room from the timeline.
      if (stays) virtual.scrollToEnd();
      // A timeline that follows its end may be on its way for a frame.
      frame ||= requestAnimationFrame(tell);
    });
    // Rows that are replaced can make the content lower for a moment. The browser then moves the
    // scroll up and says so later, when the content is high again; nobody left the end.
    const heights = new MutationObserver(() => {
      if (stays && !inSight()) virtual.scrollToEnd();
    });
    element.addEventListener("scroll", onScroll, { passive: true });
    heights.observe(content, { attributeFilter: ["style"] });
    sizes.observe(element);
    sizes.observe(content);
    return () => {
      element.removeEventListener("scroll", onScroll);
      heights.disconnect();
      sizes.disconnect();
      cancelAnimationFrame(frame);
    };
  }, [atEnd, virtual]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: once per edge and length, not per callback.
  useEffect(() => {
    if (!nearStart) return;
    // A timeline is at its start for the moment before it scrolls to its end.
    const frame = requestAnimationFrame(() => {
      if ((virtual.getVirtualItems()[0]?.index ?? 0) < NEAR) onNearStart?.();
    });
    return () => cancelAnimationFrame(frame);
  }, [nearStart, items.length]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per edge and length, not per callback.
  useEffect(() => {
    if (nearEnd) onNearEnd?.();
  }, [nearEnd, items.length]);

  return (
    <div
      ref={scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroller must be reachable by keyboard.
      tabIndex={0}
      className={cx(
        "focus-inset flex min-h-0 grow flex-col overflow-auto overscroll-contain [overflow-anchor:none]",
        // A bar that appears would make every row narrower, and many higher.
        atEnd && "[scrollbar-gutter:stable]",
      )}
    >
      <div
        {...{ role, "aria-label": label }}
        // Rows come and go as one scrolls; whoever has news says it in a live region of its own.
        {...(role === "log" && { "aria-live": "off" })}
        className={cx("relative w-full shrink-0", atEnd && "mt-auto")}
        style={{ height: virtual.getTotalSize() }}
      >
        {rows.map((row) => {
          const item = items[row.index];
          return item === undefined ? null : (
            <div
              key={row.key}
              ref={virtual.measureElement}
              data-index={row.index}
              {...(role === "list" && {
                role: "listitem",
                "aria-setsize": items.length,
                "aria-posinset": row.index + 1,
              })}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${row.start}px)` }}
            >
              {renderItem(item, row.index)}
            </div>
          );
        })}
      </div>
      {footer}
    </div>
  );
}
