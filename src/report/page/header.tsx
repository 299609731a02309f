import { escapeText } from "../../cli/text/escape.ts";
import type { ReportData } from "../report-data.ts";
import { reportTitle } from "../report-title.ts";
import type { Theme } from "./use-theme.ts";

interface HeaderProps {
  readonly report: ReportData;
  readonly theme: Theme;
}

const SECTIONS = [
  ["advice", "Advice"],
  ["flat", "Flat image"],
  ["layers", "Layers"],
  ["map", "Map"],
  ["files", "Files"],
  ["config", "Config"],
] as const;

/** The title, links to the sections, and a link to all images if the page is served by `planish ui`. */
export function Header({ report, theme }: HeaderProps) {
  const { names, source, image } = report;
  const [title, others] = [reportTitle(report), names.slice(1)];
  const images = document.querySelector('link[rel="up"]')?.getAttribute("href") ?? undefined;
  return (
    <header class="top">
      <div class="bar">
        <p class="brand">planish report</p>
        <nav aria-label="Parts of the report">
          {images === undefined ? null : <a href={images}>All images</a>}
          {SECTIONS.map(([id, title]) => (
            <a key={id} href={`#${id}`}>
              {title}
            </a>
          ))}
        </nav>
        <button type="button" class="quiet" onClick={theme.toggle}>
          {theme.dark ? "Light" : "Dark"}
        </button>
      </div>
      <h1>{escapeText(title)}</h1>
      <p class="facts">
        <span>{escapeText(image.platform)}</span>
        <code>{image.manifest}</code>
        {title === source ? null : <span>read from {escapeText(source)}</span>}
        {others.length === 0 ? null : <span>also {others.map(escapeText).join(", ")}</span>}
      </p>
    </header>
  );
}
