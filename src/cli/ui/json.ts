import type { ProgressEvent } from "../../index.ts";
import { safeJson } from "../text/safe-json.ts";
import type { Ui } from "./ui.ts";

/** Writes every progress event as one line of JSON, as the library reports it. */
export function createJsonUi(write: (line: string) => void): Ui {
  return { report: (event: ProgressEvent) => write(safeJson(event)), close() {} };
}
