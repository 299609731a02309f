import { render } from "preact";
import { fileModel } from "./file-model.ts";
import { readData } from "./read-data.ts";
import { ReportPage } from "./report-page.tsx";

/** Reads the data in the page and renders it; errors are shown on the page. */
async function main(): Promise<void> {
  const place = document.getElementById("page");
  const data = document.getElementById("data")?.textContent;
  if (place === null || data == null) return;
  try {
    const report = await readData(data);
    const model = fileModel(report);
    place.replaceChildren();
    render(<ReportPage report={report} model={model} />, place);
  } catch (error) {
    place.textContent = `This report is damaged and cannot be shown: ${String(error)}`;
  }
}

void main();
