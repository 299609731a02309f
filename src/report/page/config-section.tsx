import { escapeText } from "../../cli/text/escape.ts";
import type { ReportData } from "../report-data.ts";

/** The image's config: the fields that an engine uses, and the document itself. */
export function ConfigSection({ report }: { readonly report: ReportData }) {
  const rows = configRows(report.config.json);
  return (
    <section id="config" aria-labelledby="config-title">
      <h2 id="config-title">Config</h2>
      <p class="facts">
        <code>{report.image.config}</code>
      </p>
      <dl class="config">
        {rows.map(([name, values]) => (
          <div key={name}>
            <dt>{escapeText(name)}</dt>
            {values.map((value, at) => (
              <dd key={`${at}`}>
                <code>{escapeText(value)}</code>
              </dd>
            ))}
          </div>
        ))}
      </dl>
      <details>
        <summary>The document as JSON</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and keys must reach it */}
        <pre tabIndex={0}>{lines(report.config.json)}</pre>
      </details>
    </section>
  );
}

function configRows(json: unknown): [string, string[]][] {
  const { config } = (json ?? {}) as { config?: unknown };
  return Object.entries((config ?? {}) as Record<string, unknown>)
    .map(([name, value]): [string, string[]] => [name, valuesOf(value)])
    .filter(([, values]) => values.length > 0);
}

function valuesOf(value: unknown): string[] {
  if (value === null || value === undefined || value === "" || value === false) return [];
  if (Array.isArray(value)) return value.map((item) => (typeof item === "string" ? item : JSON.stringify(item)));
  if (typeof value !== "object") return [String(value)];
  return Object.entries(value).map(([key, item]) => {
    const text = typeof item === "string" ? item : JSON.stringify(item);
    return text === "{}" ? key : `${key} = ${text}`;
  });
}

/** Escapes each line; the line breaks themselves are JSON's. */
function lines(json: unknown): string {
  return JSON.stringify(json, null, 2).split("\n").map(escapeText).join("\n");
}
