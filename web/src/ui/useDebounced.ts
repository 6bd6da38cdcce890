import { useEffect, useEffectEvent } from "react";

/** Calls back with a value once it has rested for a moment. */
export function useDebounced<T>(value: T, call: (value: T) => void, ms = 250): void {
  const onRest = useEffectEvent(call);
  useEffect(() => {
    const timer = setTimeout(() => onRest(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
}
