import { openSideFile, type SideFileOptions } from "../../index.ts";

/** Writes the text and a newline. */
export type WriteText = (text: string) => Promise<void>;

/**
 * Looks whether the file that an option names may be written, before any work that would be lost is done; undefined
 * where the option was not given. An older file is replaced.
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
