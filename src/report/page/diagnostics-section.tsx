import { formatCount } from "../../amount.ts";
import { escapePath, escapeText } from "../../cli/text/escape.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import type { ReportData } from "../report-data.ts";

const EXAMPLES = 5;

/** The diagnostics of the image, grouped by rule. */
export function DiagnosticsSection({ report }: { readonly report: ReportData }) {
  const groups = Map.groupBy(report.image.diagnostics, ({ rule }) => rule);
  if (groups.size === 0) return null;
  return (
    <section id="diagnostics" aria-labelledby="diagnostics-title">
      <h2 id="diagnostics-title">Worth knowing</h2>
      {[...groups].map(([rule, found]) => (
        <div key={rule} class="diagnostic">
          <p>
            <strong>{escapeText(rule)}</strong> <span class="muted">{formatCount(found.length)} ×</span>{" "}
            {escapeText(found[0]?.message ?? "")}
          </p>
          <ul class="mono small">
            {found
              .slice(0, EXAMPLES)
              .flatMap((each, at) => (placeOf(each) === "" ? [] : [<li key={`${at}`}>{placeOf(each)}</li>]))}
          </ul>
        </div>
      ))}
    </section>
  );
}

function placeOf({ layer, path }: Diagnostic): string {
  return [layer === undefined ? "" : `layer ${layer}`, path === undefined ? "" : `/${escapePath(path)}`]
    .filter((part) => part !== "")
    .join(": ");
}
