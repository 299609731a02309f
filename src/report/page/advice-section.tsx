import { formatSize } from "../../amount.ts";
import { escapeText } from "../../cli/text/escape.ts";
import { ADVICE_TITLES } from "../../cli/views/advice-titles.ts";
import type { Advice } from "../../inspect/analysis/advice-result.ts";
import type { PageContext } from "./report-page.tsx";
import { SecretList } from "./secret-list.tsx";

const MARKS: Readonly<Record<Advice["verdict"], string>> = { act: "worth doing", mind: "to be weighed", fine: "fine" };

/** The recommendation, each piece of advice with its figures, and secrets found only in hidden files. */
export function AdviceSection(page: PageContext) {
  const { advice, recommendation, ghosts } = page.report.analysis;
  const open = advice.filter(({ verdict }) => verdict !== "fine").sort((a, b) => a.verdict.localeCompare(b.verdict));
  const fine = advice.filter(({ verdict }) => verdict === "fine");
  return (
    <section id="advice" aria-labelledby="advice-title">
      <h2 id="advice-title">Advice: {recommendation.action}</h2>
      <p class="lead">{sentence(recommendation.reason)}</p>
      {ghosts.secrets.length > 0 ? <SecretList {...page} /> : null}
      <div class="advice">
        {open.map((one) => (
          <Consideration key={one.topic} {...one} />
        ))}
      </div>
      {fine.length === 0 ? null : (
        <details>
          <summary>
            {fine.length === 1 ? "One more consideration needs" : `${fine.length} more considerations need`} no action
          </summary>
          <div class="advice">
            {fine.map((one) => (
              <Consideration key={one.topic} {...one} />
            ))}
          </div>
        </details>
      )}
    </section>
  );
}

function Consideration({ topic, verdict, text, bytes }: Advice) {
  return (
    <article class={`consideration ${verdict}`}>
      <h3>{ADVICE_TITLES[topic]}</h3>
      <p>{escapeText(text)}</p>
      <p class="small verdict">
        {MARKS[verdict]}
        {bytes === undefined || bytes === 0 ? "" : ` · ${formatSize(bytes)}`}
      </p>
    </article>
  );
}

function sentence(text: string): string {
  const shown = escapeText(text);
  return `${shown.slice(0, 1).toUpperCase()}${shown.slice(1)}${/[.!?]$/.test(shown) ? "" : "."}`;
}
