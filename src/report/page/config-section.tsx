import type { ReportData } from "../report-data.ts";
import { configText } from "./config-text.ts";

/** The image's config: the fields that an engine uses, and the document itself. */
export function ConfigSection({ report }: { readonly report: ReportData }) {
  const { rows, document } = configText(report.config.text);
  return (
    <section id="config" aria-labelledby="config-title">
      <h2 id="config-title">Config</h2>
      <p class="facts">
        <code>{report.image.config}</code>
      </p>
      <dl class="config">
        {rows.map(([name, values]) => (
          <div key={name}>
            <dt>{name}</dt>
            {values.map((value, at) => (
              <dd key={`${at}`}>
                <code>{value}</code>
              </dd>
            ))}
          </div>
        ))}
      </dl>
      <details>
        <summary>The document as JSON</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and keys must reach it */}
        <pre tabIndex={0}>{document}</pre>
      </details>
    </section>
  );
}
