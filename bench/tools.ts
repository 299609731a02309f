/**
 * Installs the peers into the cache, once, with the package manager that they are published for. The error of a
 * function is the reason why the peer is missing.
 */
import { existsSync } from "node:fs";
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { runInside } from "../test/support/engines/engine-namespace.ts";
import { runCommand } from "../test/support/engines/run-command.ts";
import { CACHE } from "./images/image-store.ts";
import { machineEnvironment } from "./machine.ts";
import type { Workbench } from "./subjects/subject.ts";

const CRANE = "v0.21.9";
const DOCKER_SQUASH = "1.2.2";
const TEN_MINUTES = 600_000;

/** Path of crane, compiled from the Go module proxy. */
export async function crane(): Promise<string> {
  return await once(`crane-${CRANE}/crane`, async (folder) => {
    const argv = ["go", "install", `github.com/google/go-containerregistry/cmd/crane@${CRANE}`];
    await runCommand(argv, { env: { ...machineEnvironment(), GOBIN: folder }, timeoutMs: TEN_MINUTES });
  });
}

/** Path of docker-squash, in a virtual environment of Python. */
export async function dockerSquash(): Promise<string> {
  const folder = join(CACHE, "tools", `docker-squash-${DOCKER_SQUASH}`);
  const program = join(folder, "bin/docker-squash");
  if (existsSync(program)) return program;
  // Not by `once`: a virtual environment cannot be moved.
  await runCommand(["python3", "-m", "venv", "--clear", folder], { env: machineEnvironment(), timeoutMs: TEN_MINUTES });
  const pip = ["-m", "pip", "install", "--quiet", `docker-squash==${DOCKER_SQUASH}`];
  await runCommand([join(folder, "bin/python"), ...pip], { env: machineEnvironment(), timeoutMs: TEN_MINUTES });
  return program;
}

/** Installs a package of Debian in the running root of the newer engines; the root itself, on disk, stays as it is. */
export async function debianPackage(name: string, { namespace, folder }: Workbench): Promise<void> {
  const at = join(folder, "packages", name);
  const inRoot = async (script: string): Promise<void> => {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    await runInside(namespace, "trixie", { argv: ["sh", "-c", script, at, name], env, timeoutMs: TEN_MINUTES });
  };
  await mkdir(join(folder, "packages"), { recursive: true });
  const packages = await once(`debian-${name}/packages`, async (draft) => {
    const options = '-q -y --no-install-recommends --download-only -o Dir::Cache::Archives="$0"';
    await mkdir(join(at, "partial"), { recursive: true });
    await inRoot(`apt-get update -q && apt-get install ${options} "$1"`);
    await rm(join(at, "partial"), { recursive: true, force: true });
    await cp(at, join(draft, "packages"), { recursive: true });
  });
  await cp(packages, at, { recursive: true });
  await inRoot('dpkg --install "$0"/*.deb');
}

/** The file at a path below the cache's tools, made first if it is missing; a failure leaves nothing behind. */
async function once(path: string, make: (folder: string) => Promise<void>): Promise<string> {
  const [top = ""] = path.split("/");
  const folder = join(CACHE, "tools", top);
  const file = join(CACHE, "tools", path);
  if (existsSync(file)) return file;
  const draft = `${folder}.draft-${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await make(draft);
  await rename(draft, folder);
  return file;
}
