import { openSideFile, type SideFileOptions } from "../../index.ts";

/** Writes the text and a newline, and makes the file visible. */
export type WriteText = (text: string) => Promise<void>;

/**
 * Opens the file that an option names before the run starts, so that no work is lost if it cannot be written. An older
 * file is replaced. Returns undefined if the option was not given.
 * @throws UsageError ARGUMENT_INVALID; TransportError DESTINATION_REFUSED
 */
export async function openTextFile(
  path: string | undefined,
  options: Omit<SideFileOptions, "force">,
): Promise<WriteText | undefined> {
  if (path === undefined) return undefined;
  const opened = await openSideFile(path, { ...options, force: true });
  return async (text) => {
    await using file = opened;
    await file.write(new TextEncoder().encode(`${text}\n`));
    await file.publish();
  };
}
