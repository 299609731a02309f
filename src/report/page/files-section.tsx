import { useMemo, useState } from "preact/hooks";
import { countOf, formatCount, formatSize } from "../../amount.ts";
import { EntryStory } from "./entry-story.tsx";
import { shownPath } from "./file-model.ts";
import { FileTable } from "./file-table.tsx";
import { layersOf } from "./layers-of.ts";
import type { PageContext } from "./report-page.tsx";
import type { EntryState, SortOrder } from "./select-entries.ts";
import { useDeferred } from "./use-deferred.ts";

const STATES: readonly (readonly [EntryState, string])[] = [
  ["all", "All entries"],
  ["kept", "In the flat image"],
  ["hidden", "Hidden"],
  ["ghosts", "Ghosts"],
];

/** The table of all entries, with search, filters and sorting, and the story of the selected path. */
export function FilesSection(page: PageContext) {
  const { model, selection, layer, root } = page;
  const [query, setQuery] = useState("");
  const [state, setState] = useState<EntryState>("all");
  const [order, setOrder] = useState<SortOrder>({ key: "size", descending: true });
  const words = useDeferred(query);
  const entries = useMemo(
    () => selection.select({ query: words, layer, state, below: root }, order),
    [selection, words, layer, state, root, order],
  );
  const bytes = useMemo(() => entries.reduce((sum, entry) => sum + (model.columns.sizes[entry] ?? 0), 0), [entries]);
  return (
    <section id="files" aria-labelledby="files-title">
      <h2 id="files-title">Files</h2>
      <search class="controls">
        <QueryBox query={query} setQuery={setQuery} />
        <StateChoice state={state} setState={setState} />
        <LayerChoice {...page} />
        {root === 0 ? null : (
          <button type="button" onClick={() => page.setRoot(0)}>
            in {shownPath(model, root)} <span aria-hidden="true">×</span>
            <span class="unseen">show all directories</span>
          </button>
        )}
        <p class="count" role="status">
          {countOf(entries.length, "entry", "entries")} of {formatCount(model.columns.layers.length)},{" "}
          {formatSize(bytes)}
        </p>
      </search>
      <FileTable page={page} entries={entries} order={order} setOrder={setOrder} />
      <EntryStory {...page} />
    </section>
  );
}

interface QueryProps {
  readonly query: string;
  setQuery(query: string): void;
}

function QueryBox({ query, setQuery }: QueryProps) {
  return (
    <label class="search">
      <span class="unseen">Search paths</span>
      <input
        type="search"
        placeholder="Search paths"
        value={query}
        spellcheck={false}
        onInput={({ currentTarget }) => setQuery(currentTarget.value)}
      />
    </label>
  );
}

interface StateProps {
  readonly state: EntryState;
  setState(state: EntryState): void;
}

function StateChoice({ state, setState }: StateProps) {
  return (
    <label>
      <span class="unseen">Which entries</span>
      <select value={state} onChange={({ currentTarget }) => setState(currentTarget.value as EntryState)}>
        {STATES.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

function LayerChoice({ report, layer, setLayer }: PageContext) {
  return (
    <label>
      <span class="unseen">Layer</span>
      <select
        value={layer === undefined ? "" : String(layer)}
        onChange={({ currentTarget: { value } }) => setLayer(value === "" ? undefined : Number(value))}
      >
        <option value="">All layers</option>
        {layersOf(report.image).map(({ number }) => (
          <option key={number} value={String(number)}>
            Layer {number}
          </option>
        ))}
      </select>
    </label>
  );
}
