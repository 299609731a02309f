import { fileURLToPath } from "node:url";

/** The folder that planish is installed in. */
const HOME = fileURLToPath(new URL("../..", import.meta.url));

/** Whether an error says that a file of planish itself, or of a package that it needs, is missing. */
export function isIncomplete(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return path?.startsWith(HOME) === true;
  return code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
}
