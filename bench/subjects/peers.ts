import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { engineFolder, inside, runInside } from "../../test/support/engines/engine-namespace.ts";
import { PODMAN_5 } from "../../test/support/engines/engine-set.ts";
import { podmanEnvironment } from "../../test/support/engines/podman-engine.ts";
import { crane, debianPackage, dockerSquash } from "../tools.ts";
import { docker, dockerHost, inDocker, inRegistry, pulledFlat, seenByEngines } from "./places.ts";
import type { Job, Subject, Workbench } from "./subject.ts";

/** The images that every peer is measured with; slow peers would take hours with the largest. */
const SMALLER = ["nginx", "python-app"];

/** From the registry to the registry. The registry's own work is not counted. */
const craneFlatten: Subject = {
  name: "crane",
  title: "crane flatten",
  role: "peer",
  async prepare(image, bench) {
    const [program, source] = [await crane(), await inRegistry(image, bench)];
    const argv = [program, "flatten", "--insecure", source, "--tag", `${bench.registry}/flat:latest`];
    return { command: { argv, folders: [] }, result: () => pulledFlat(bench), clear: () => forgetPulled(bench) };
  },
};

/** From Docker to Docker, which keeps layers uncompressed. */
const squash: Subject = {
  name: "docker-squash",
  title: "docker-squash",
  role: "peer",
  only: SMALLER,
  async prepare(image, bench) {
    const [program, source] = [await dockerSquash(), await inDocker(image, bench)];
    const temporary = join(bench.folder, "docker-squash");
    await mkdir(temporary, { recursive: true });
    const argv = [program, "--tag", FLAT, source];
    const env = { DOCKER_HOST: dockerHost(bench), TMPDIR: temporary };
    return dockerJob(bench, { argv, env, folders: [temporary], engines: bench.namespace });
  },
};

/** The usual advice of tutorials; from Docker to Docker. */
const exportImport: Subject = {
  name: "export-import",
  title: "docker export \\| docker import",
  role: "peer",
  only: SMALLER,
  async prepare(image, bench) {
    const source = await inDocker(image, bench);
    const script = 'id=$(docker create "$0") && docker export "$id" | docker import - "$1" && docker rm "$id"';
    const run = ["env", `DOCKER_HOST=${dockerHost(bench)}`, "sh", "-c", script, source, FLAT];
    const argv = inside(bench.namespace, "bookworm", run);
    return dockerJob(bench, { argv, folders: [], engines: bench.namespace });
  },
};

/** From podman's storage to the registry, so that it compresses like all others. */
const podman: Subject = {
  name: "podman",
  title: "podman build --squash-all, podman push",
  role: "peer",
  only: SMALLER,
  async prepare(image, bench) {
    const source = await inStorage(await inRegistry(image, bench), bench);
    const context = join(bench.folder, "podman");
    await mkdir(context, { recursive: true });
    await writeFile(join(context, "Dockerfile"), `FROM ${source}\n`);
    const script = `podman build -q --squash-all --identity-label=false --format docker -t ${FLAT} "$0" && podman push -q --tls-verify=false ${FLAT} docker://"$1"`;
    const clear = ["podman", "image", "rm", "-f", FLAT];
    return storageJob(bench, ["sh", "-c", script, context, `${bench.registry}/flat:latest`], clear);
  },
};

const buildah: Subject = {
  name: "buildah",
  title: "buildah from, buildah commit --squash",
  role: "peer",
  only: SMALLER,
  async prepare(image, bench) {
    await debianPackage("buildah", bench);
    const source = await inStorage(await inRegistry(image, bench), bench);
    const flags = "-q --squash --identity-label=false --rm --format docker --tls-verify=false";
    const script = `buildah commit ${flags} "$(buildah from --pull-never "$0")" docker://"$1"`;
    return storageJob(bench, ["sh", "-c", script, source, `${bench.registry}/flat:latest`], ["true"]);
  },
};

/** umoci cannot flatten: it unpacks, and packs the result as one layer of a new image. */
const umoci: Subject = {
  name: "umoci",
  title: "umoci unpack, umoci insert into a new image",
  role: "peer",
  only: SMALLER,
  async prepare(image, bench) {
    const { layout } = await seenByEngines(image, bench);
    const bundle = join(engineFolder(bench.namespace, "umoci"), "bundle");
    const flat = join(bench.folder, "umoci");
    const script = `umoci unpack --image "$0:latest" "$1" && umoci init --layout "$2" && umoci new --image "$2:flat" && umoci insert --image "$2:flat" "$1/rootfs" /`;
    const argv = inside(bench.namespace, "bookworm", ["sh", "-c", script, layout, bundle, flat]);
    return {
      command: { argv, folders: [flat], engines: bench.namespace },
      result: async () => ({ kind: "layout", layout: flat, tag: "flat" }),
      clear: async () => {
        await rm(flat, { recursive: true, force: true });
        await runInside(bench.namespace, "bookworm", {
          argv: ["sh", "-c", 'rm -rf "$0" && mkdir -p "$(dirname "$0")"', bundle],
        });
      },
    };
  },
};

export const peers: readonly Subject[] = [craneFlatten, squash, exportImport, podman, buildah, umoci];

const FLAT = "localhost/flat:latest";

function dockerJob(bench: Workbench, command: Job["command"]): Job {
  return {
    command,
    result: async () => ({ kind: "docker", name: FLAT }),
    clear: async () => {
      if ((await docker(bench, ["images", "--quiet", FLAT])) !== "") await docker(bench, ["rmi", "--force", FLAT]);
    },
  };
}

/** A command of podman or buildah, whose result is pushed to the registry. */
function storageJob(bench: Workbench, command: readonly string[], clear: readonly string[]): Job {
  const env = podmanEnvironment(bench.namespace, PODMAN_5);
  return {
    command: { argv: inside(bench.namespace, "trixie", command), env, folders: [], engines: bench.namespace },
    result: () => pulledFlat(bench),
    clear: async () => {
      await runInside(bench.namespace, "trixie", { argv: clear, env });
      // Otherwise a second push of the same layer would find its digest in a cache, without compressing it.
      await runInside(bench.namespace, "trixie", { argv: ["rm", "-rf", "/var/lib/containers/cache"] });
      await forgetPulled(bench);
    },
  };
}

/** Pulls an image into the storage that podman and buildah share, and returns its name there. */
async function inStorage(name: string, { namespace }: Workbench): Promise<string> {
  const argv = ["podman", "pull", "-q", "--tls-verify=false", `docker://${name}`];
  await runInside(namespace, "trixie", { argv, env: podmanEnvironment(namespace, PODMAN_5), timeoutMs: 600_000 });
  return name;
}

async function forgetPulled(bench: Workbench): Promise<void> {
  await rm(join(bench.folder, "pulled"), { recursive: true, force: true });
}
