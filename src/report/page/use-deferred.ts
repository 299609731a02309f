import { useEffect, useState } from "preact/hooks";

/** A debounced value, so that work that depends on it does not slow down typing. */
export function useDeferred<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), STILL);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** Milliseconds. */
const STILL = 60;
