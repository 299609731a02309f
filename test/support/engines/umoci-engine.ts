import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "./engine.ts";
import type { EngineNamespace } from "./engine-namespace.ts";
import { engineFolder, runInside, viewPath } from "./engine-namespace.ts";

/** umoci unpacks the layers of an OCI layout one after another into one folder, as the image-spec describes. */
export interface UmociEngine extends Engine {
  /** Uses the image `tag` of an OCI layout in place. */
  loadLayout(layout: string, tag: string): string;
}

/** umoci; skopeo converts archives to an OCI layout for it. Ids are `LAYOUT:TAG`. */
export function umociEngine(namespace: EngineNamespace): UmociEngine {
  const layout = join(engineFolder(namespace, "umoci"), "layout");
  const bundle = join(engineFolder(namespace, "umoci"), "bundle");
  const seen = (path: string): string => viewPath(namespace, "bookworm", path);
  return {
    name: "umoci 0.4",
    profile: "spec",
    async load(archive) {
      mkdirSync(seen(engineFolder(namespace, "umoci")), { recursive: true });
      const argv = ["skopeo", "copy", "--quiet", `docker-archive:${archive}`, `oci:${layout}:current`];
      await runInside(namespace, "bookworm", { argv });
      return `${layout}:current`;
    },
    loadLayout: (folder, tag) => `${folder}:${tag}`,
    async mount(id, look) {
      mkdirSync(seen(engineFolder(namespace, "umoci")), { recursive: true });
      try {
        await runInside(namespace, "bookworm", { argv: ["umoci", "unpack", "--image", id, bundle] });
        return await look(seen(join(bundle, "rootfs")));
      } finally {
        rmSync(seen(bundle), { recursive: true, force: true });
      }
    },
    async remove() {
      rmSync(seen(layout), { recursive: true, force: true });
    },
  };
}
