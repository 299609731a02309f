import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startDaemon } from "./daemon.ts";
import { type EngineNamespace, runInside, viewPath } from "./engine-namespace.ts";

const UID = 1000;
const NAME = "rootless";

/**
 * Starts podman 5 as a user who is not root, in a user namespace that podman makes for itself, and returns the path of its socket. The user has no range of further IDs, which newuidmap would
 * have to map: all files of its images belong to one user.
 */
export async function startRootlessPodman(namespace: EngineNamespace): Promise<string> {
  const at = join(namespace.state, NAME);
  mkdirSync(viewPath(namespace, "trixie", `/home/${NAME}`), { recursive: true });
  mkdirSync(join(at, "podman"), { recursive: true });
  const account = `echo "${NAME}:x:${UID}:${UID}::/home/${NAME}:/bin/sh" >>/etc/passwd; echo "${NAME}:x:${UID}:" >>/etc/group
    chown -R ${UID}:${UID} /home/${NAME} "$0"`;
  await runInside(namespace, "trixie", { argv: ["sh", "-c", account, at] });
  const socket = join(at, "podman", "podman.sock");
  const asUser = [
    ...["setpriv", `--reuid=${UID}`, `--regid=${UID}`, "--clear-groups"],
    ...["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", `HOME=/home/${NAME}`, `XDG_RUNTIME_DIR=${at}`, "podman"],
  ];
  await startDaemon(namespace, {
    root: "trixie",
    log: join(namespace.state, `${NAME}.log`),
    probe: ["podman", "--remote", "--url", `unix://${socket}`, "version"],
    argv: [...asUser, "--storage-driver=vfs", "system", "service", "--time=0", `unix://${socket}`],
  });
  return socket;
}
