import { useEffect, useRef } from "preact/hooks";
import { formatSize } from "../../amount.ts";
import { escapePath } from "../../cli/text/escape.ts";
import { modeText, stateText, timeText } from "./entry-text.ts";
import { entriesOf, type FileModel, findPath, shownPath } from "./file-model.ts";
import { layersOf } from "./layers-of.ts";
import { layerColour } from "./palette.ts";
import type { PageContext } from "./report-page.tsx";
import { secretText } from "./secret-list.tsx";

/** What each layer did to one path, bottom layer first. */
export function EntryStory(page: PageContext) {
  const { model, path, setPath, setRoot } = page;
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    if (path !== undefined) place.current?.focus();
  }, [path]);
  if (path === undefined) return null;
  const secrets = page.report.analysis.ghosts.secrets.filter((secret) => findPath(model, secret.path) === path);
  const parent = Math.max(0, model.parents[path] ?? 0);
  return (
    <section ref={place} class="story" tabIndex={-1} aria-label={`The story of ${shownPath(model, path)}`}>
      <div class="controls">
        <h3>
          <code>{shownPath(model, path)}</code>
        </h3>
        <button type="button" onClick={() => setRoot(parent)}>
          Show its directory
        </button>
        <button type="button" class="quiet" onClick={() => setPath(undefined)}>
          Close
        </button>
      </div>
      {secrets.map((secret) => (
        <p key={secretText(secret)} class="secret">
          {secretText(secret)}
        </p>
      ))}
      <ol>
        {entriesOf(model, path).map((entry) => (
          <Chapter key={entry} page={page} entry={entry} />
        ))}
      </ol>
      {entriesOf(model, path).length === 0 ? (
        <p class="muted">No layer lists this directory; it is there because of what is in it.</p>
      ) : null}
    </section>
  );
}

function Chapter({ page, entry }: { readonly page: PageContext; readonly entry: number }) {
  const { model, report, dark, layer: chosen, setLayer } = page;
  const layer = model.columns.layers[entry] ?? 0;
  const backgroundColor = layerColour(layer, layersOf(report.image).length, dark);
  const hidden = model.gone[entry] === 1;
  return (
    <li class={hidden ? "hidden-row" : ""}>
      <button
        type="button"
        class="number"
        style={{ backgroundColor }}
        aria-pressed={chosen === layer}
        onClick={() => setLayer(chosen === layer ? undefined : layer)}
      >
        <span class="unseen">Layer </span>
        {layer}
      </button>
      <span>
        {factsOf(model, entry)} <strong class={hidden ? "waste-text" : "kept-text"}>{stateText(model, entry)}</strong>
      </span>
    </li>
  );
}

function factsOf(model: FileModel, entry: number): string {
  const { columns } = model;
  const type = columns.types[columns.typeNumbers[entry] ?? 0] ?? "";
  if (type === "whiteout") return "whiteout:";
  if (type === "opaque") return "opaque whiteout:";
  const target = columns.targets.find(([number]) => number === entry)?.[1];
  const xattrs = columns.xattrs.find(([number]) => number === entry)?.[1];
  const facts = [
    type,
    ...(type === "file" ? [formatSize(columns.sizes[entry] ?? 0)] : []),
    ...(target === undefined ? [] : [`→ ${escapePath(target)}`]),
    modeText(model, entry),
    `${columns.uids[entry]}:${columns.gids[entry]}`,
    timeText(model, entry),
    ...(xattrs === undefined ? [] : [`xattrs ${escapePath(xattrs)}`]),
  ];
  return `${facts.filter((fact) => fact !== "").join(" · ")} ·`;
}
