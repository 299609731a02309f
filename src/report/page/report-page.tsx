import { useMemo, useState } from "preact/hooks";
import type { ReportData } from "../report-data.ts";
import { AdviceSection } from "./advice-section.tsx";
import { ConfigSection } from "./config-section.tsx";
import { DiagnosticsSection } from "./diagnostics-section.tsx";
import type { FileModel } from "./file-model.ts";
import { FilesSection } from "./files-section.tsx";
import { FlatSection } from "./flat-section.tsx";
import { Header } from "./header.tsx";
import { LayersSection } from "./layers-section.tsx";
import { MapSection } from "./map-section.tsx";
import { EntrySelection } from "./select-entries.ts";
import { Summary } from "./summary.tsx";
import { useTheme } from "./use-theme.ts";

/** Data and state that every section of the page gets. */
export interface PageContext {
  readonly report: ReportData;
  readonly model: FileModel;
  readonly selection: EntrySelection;
  readonly dark: boolean;
  /** The selected layer, in all sections. */
  readonly layer: number | undefined;
  setLayer(layer: number | undefined): void;
  /** The directory that the map and the table show. */
  readonly root: number;
  setRoot(path: number): void;
  /** The path whose story is shown. */
  readonly path: number | undefined;
  setPath(path: number | undefined): void;
}

interface ReportPageProps {
  readonly report: ReportData;
  readonly model: FileModel;
}

/** The whole report. */
export function ReportPage({ report, model }: ReportPageProps) {
  const selection = useMemo(() => new EntrySelection(model), [model]);
  const theme = useTheme();
  const [layer, setLayer] = useState<number | undefined>(undefined);
  const [root, setRoot] = useState(0);
  const [path, setPath] = useState<number | undefined>(undefined);
  const page: PageContext = {
    report,
    model,
    selection,
    dark: theme.dark,
    layer,
    setLayer,
    root,
    setRoot,
    path,
    setPath,
  };
  return (
    <>
      <Header report={report} theme={theme} />
      <main>
        <Summary {...page} />
        <AdviceSection {...page} />
        <FlatSection {...page} />
        <LayersSection {...page} />
        <MapSection {...page} />
        <FilesSection {...page} />
        <ConfigSection report={report} />
        <DiagnosticsSection report={report} />
      </main>
      <footer>
        <p>
          Made by planish on <time dateTime={report.created}>{report.created.slice(0, 16).replace("T", " ")} UTC</time>.
          This file holds everything it shows and loads nothing.
        </p>
      </footer>
    </>
  );
}
