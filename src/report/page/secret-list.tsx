import { escapePath, escapeText } from "../../cli/text/escape.ts";
import type { GhostSecret } from "../../inspect/analysis/ghosts-result.ts";
import { findPath } from "./file-model.ts";
import type { PageContext } from "./report-page.tsx";

const SHOWN = 20;

/** Keys, tokens and credentials that anyone who pulls the image can read, although no container shows them. */
export function SecretList({ report, model, setPath }: PageContext) {
  const { secrets } = report.analysis.ghosts;
  return (
    <div class="proof bad">
      <p>
        <strong>{secrets.length === 1 ? "A secret is" : `${secrets.length} secrets are`} in hidden layers.</strong>{" "}
        Whoever pulls this image can read {secrets.length === 1 ? "it" : "them"}; a flat image does not hold{" "}
        {secrets.length === 1 ? "it" : "them"}, but what was pushed once is out: replace{" "}
        {secrets.length === 1 ? "it" : "them"}.
      </p>
      <ul class="secrets">
        {secrets.slice(0, SHOWN).map((secret) => (
          <li key={`${secret.layer} ${secret.path} ${secret.pattern} ${secret.line}`}>
            <button type="button" class="link" onClick={() => setPath(findPath(model, secret.path))}>
              /{escapePath(secret.path)}
            </button>
            <span>{secretText(secret)}</span>
          </li>
        ))}
      </ul>
      {secrets.length > SHOWN ? (
        <p>…and {secrets.length - SHOWN} more; planish analyze --format json lists them all.</p>
      ) : null}
    </div>
  );
}

/** What was found, and where; the excerpt is redacted already. */
export function secretText({ pattern, layer, how, line, excerpt }: GhostSecret): string {
  const place = how === "name" ? "by its name" : `line ${line ?? "?"}${excerpt === undefined ? "" : `: ${excerpt}`}`;
  return escapeText(`${pattern}, layer ${layer}, ${place}`);
}
