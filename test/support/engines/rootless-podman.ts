import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startDaemon } from "./daemon.ts";
import { type EngineNamespace, runInside, viewPath } from "./engine-namespace.ts";

/** The user of a rootless podman. */
export interface RootlessUser {
  readonly name: string;
  readonly uid: number;
  /**
   * Whether the user has a range of subordinate IDs, which newuidmap maps; without one all files of an image must
   * belong to one user.
   */
  readonly ranges: boolean;
}

/** A rootless podman. */
export interface RootlessPodman {
  readonly socket: string;
  /** Runs a script as the user, in podman's own user namespace, and returns its output. */
  unshare(script: string): Promise<string>;
}

const FIRST_OF_RANGE = 100_000;
const IDS_OF_RANGE = 65_536;

/** Starts the service of podman 5 as a new user who is not root. */
export async function startRootlessPodman(namespace: EngineNamespace, user: RootlessUser): Promise<RootlessPodman> {
  const at = join(namespace.state, user.name);
  mkdirSync(viewPath(namespace, "trixie", `/home/${user.name}`), { recursive: true });
  mkdirSync(join(at, "podman"), { recursive: true });
  await runInside(namespace, "trixie", { argv: ["sh", "-c", account(user), at] });
  const socket = join(at, "podman", "podman.sock");
  const podman = [...asUser(user, at), "podman", "--storage-driver=vfs"];
  await startDaemon(namespace, {
    root: "trixie",
    log: join(namespace.state, `${user.name}.log`),
    probe: ["podman", "--remote", "--url", `unix://${socket}`, "version"],
    argv: [...podman, "system", "service", "--time=0", `unix://${socket}`],
  });
  return {
    socket,
    unshare: async (script) =>
      (await runInside(namespace, "trixie", { argv: [...podman, "unshare", "sh", "-c", script] })).stdout,
  };
}

function account({ name, uid, ranges }: RootlessUser): string {
  const range = `${name}:${FIRST_OF_RANGE}:${IDS_OF_RANGE}`;
  return `echo "${name}:x:${uid}:${uid}::/home/${name}:/bin/sh" >>/etc/passwd; echo "${name}:x:${uid}:" >>/etc/group
    ${ranges ? `echo ${range} >>/etc/subuid; echo ${range} >>/etc/subgid` : ""}
    chown -R ${uid}:${uid} /home/${name} "$0"`;
}

function asUser({ name, uid }: RootlessUser, runtime: string): string[] {
  return [
    ...["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"],
    ...["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", `HOME=/home/${name}`, `XDG_RUNTIME_DIR=${runtime}`],
  ];
}
