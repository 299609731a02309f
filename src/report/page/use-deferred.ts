import { useEffect, useState } from "preact/hooks";

/** A value once it has been still for a moment, so that typing is never held up by what follows from it. */
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
