import { UsageError } from "../../errors.ts";
import type { BasicCredentials } from "./options.ts";

/**
 * Parses `USER:PASSWORD`, as given on the command line; the password may have colons and may be empty.
 * @throws UsageError ARGUMENT_INVALID, which does not repeat the text
 */
export function parseCredentials(text: string): BasicCredentials {
  // Callers from JavaScript may pass anything.
  const colon = typeof text === "string" ? text.indexOf(":") : -1;
  if (colon < 1) throw new UsageError("ARGUMENT_INVALID", "credentials have the form USER:PASSWORD");
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
