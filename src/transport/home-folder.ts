import { userInfo } from "node:os";

/**
 * The home folder: `HOME`, or that of the user's account. A user without an account, as in a container that runs under
 * a given user ID, has `/`, as in engines.
 */
export function homeFolder(env: Readonly<Record<string, string | undefined>>): string {
  if (env.HOME) return env.HOME;
  try {
    return userInfo().homedir;
  } catch {
    return "/";
  }
}
