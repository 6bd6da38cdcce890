import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
} from "react";

export type VirtualListHandle = {
  scrollToEnd: () => void;
  scrollToIndex: (index: number) => void;
  isAtEnd: () => boolean;
};

export type VirtualListProps<T> = {
  items: readonly T[];
  keyOf: (item: T) => string;
  /** A guess of a row's height in px; real heights are measured. */
  estimate: number;
  renderItem: (item: T, index: number) => ReactNode;
  label: string;
  /** end: a timeline that opens at its last item, stays there as items come, and does not jump when older ones are put before it. */
  anchor?: "start" | "end";
  role?: "list" | "log" | "listbox";
  /** Near the first or the last loaded item: time to load more. May be called again until more is there. */
  onNearStart?: () => void;
  onNearEnd?: () => void;
  /** Stands below the last row, inside the scroll: a loader, an error. */
  footer?: ReactNode;
  ref?: Ref<VirtualListHandle>;
};

const NEAR = 8;

/** A long list of which only the visible rows exist. Fills its parent and scrolls by itself. */
export function VirtualList<T>({
  items,
  keyOf,
  estimate,
  renderItem,
  label,
  anchor = "start",
  role = "list",
  onNearStart,
  onNearEnd,
  footer,
  ref,
}: VirtualListProps<T>) {
  "use no memo";
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = anchor === "end";
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => estimate,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
    overscan: 8,
    anchorTo: anchor,
    followOnAppend: atEnd,
    scrollEndThreshold: 80,
  });

  useLayoutEffect(() => {
    if (atEnd) virtual.scrollToEnd();
  }, [atEnd, virtual]);

  useImperativeHandle(
    ref,
    () => ({
      scrollToEnd: () => virtual.scrollToEnd(),
      scrollToIndex: (index) => virtual.scrollToIndex(index, { align: "center" }),
      isAtEnd: () => virtual.isAtEnd(),
    }),
    [virtual],
  );

  const rows = virtual.getVirtualItems();
  const first = rows[0]?.index ?? 0;
  const last = rows.at(-1)?.index ?? 0;
  const nearStart = items.length > 0 && first < NEAR;
  const nearEnd = items.length > 0 && last >= items.length - NEAR;

  // biome-ignore lint/correctness/useExhaustiveDependencies: once per edge and length, not per callback.
  useEffect(() => {
    if (nearStart) onNearStart?.();
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
      className="focus-inset min-h-0 grow overflow-auto overscroll-contain [overflow-anchor:none]"
    >
      <div
        {...{ role, "aria-label": label }}
        className="relative w-full"
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
