import { userInfo } from "node:os";

/**
 * The home folder: `HOME`, or what the system says of the user. One without an account, as in a container that was told
 * a user ID, has `/`, as engines give it.
 */
export function homeFolder(env: Readonly<Record<string, string | undefined>>): string {
  if (env.HOME) return env.HOME;
  try {
    return userInfo().homedir;
  } catch {
    return "/";
  }
}
