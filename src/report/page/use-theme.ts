import { useEffect, useState } from "preact/hooks";
import { usePrinting } from "./use-printing.ts";

/** Whether the page is dark, and how to switch. */
export interface Theme {
  readonly dark: boolean;
  toggle(): void;
}

/** The theme: light when printing, else what the reader chose, else the system's. */
export function useTheme(): Theme {
  const [system, setSystem] = useState(() => query().matches);
  const [chosen, setChosen] = useState<boolean | undefined>(undefined);
  useEffect(() => {
    const media = query();
    const follow = (): void => setSystem(media.matches);
    media.addEventListener("change", follow);
    return () => media.removeEventListener("change", follow);
  }, []);
  const printing = usePrinting();
  const dark = !printing && (chosen ?? system);
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  }, [dark]);
  return { dark, toggle: () => setChosen(!dark) };
}

function query(): MediaQueryList {
  return window.matchMedia("(prefers-color-scheme: dark)");
}
