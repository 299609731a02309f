import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { flatten, type PruneName } from "../../src/index.ts";
import { pathRules } from "../../src/prune/path-rules.ts";
import { addDebianBase } from "../support/corpus/bases.ts";
import { buildImage } from "../support/corpus/build-image.ts";
import { e2eSuite } from "../support/e2e-suite.ts";

/**
 * Packages with documentation, Python modules compiled during installation, and leftovers of apt. Its command audits
 * the packages.
 */
const DOCKERFILE = `FROM scratch
ADD base.tar /
RUN rm /etc/dpkg/dpkg.cfg.d/99mmdebstrap && apt-get update && \\
    apt-get install -y --no-install-recommends python3-minimal less && \\
    apt-get install -y --reinstall --download-only less
CMD dpkg --verify; dpkg --audit; apt-get check -qq; python3 -c 'import os; print(os.name)'
`;

const SILENT: readonly PruneName[] = ["apt", "apk", "dnf", "pip", "npm", "caches", "logs", "pyc"];

/** Whether the profiles for documentation remove a path. */
function isDocumentation(path: string): boolean {
  const { root } = pathRules({ prune: ["docs", "man", "locales"] });
  return (
    path
      .split("/")
      .reduce((state, name) => state.below(name), root)
      .rule(true) !== undefined
  );
}

e2eSuite("Pruning a Debian image", (workshop) => {
  const { folder, engines } = workshop;
  let archive: string;
  beforeAll(async () => {
    const recipe = { tag: "example/prune:1", dockerfile: DOCKERFILE, builder: engines.docker20, fill: addDebianBase };
    archive = await buildImage(workshop, recipe);
  });

  /** The output of the audit, line by line. */
  const audit = async (image: string): Promise<readonly string[]> => {
    const id = await engines.docker20.load(image);
    const printed = await engines.docker20.run(id);
    await engines.docker20.remove(id);
    return printed.trim().split("\n");
  };

  it("leaves packages that verify as before, except for the pruned documentation", async () => {
    const before = await audit(archive);
    expect(before.at(-1)).toBe("posix");
    const [silent, all] = [join(folder, "silent.tar"), join(folder, "all.tar")];
    const { images } = await flatten(archive, `docker-archive:${silent}`, { prune: SILENT, compression: "none" });
    const taken = new Map(images[0]?.excluded?.map(({ value, bytes }) => [value, bytes]));
    for (const name of ["apt", "logs", "pyc"]) expect(taken.get(name), name).toBeGreaterThan(0);
    expect(await audit(silent)).toEqual(before);

    const prune: PruneName[] = [...SILENT, "docs", "man", "locales"];
    const { verified } = await flatten(archive, `docker-archive:${all}`, { prune, compression: "none", verify: true });
    expect(verified?.equal).toBe(true);
    const after = await audit(all);
    const added = after.filter((line) => !before.includes(line));
    expect(added.length).toBeGreaterThan(0);
    for (const line of added) expect(line).toMatch(/^missing /);
    expect(added.filter((line) => !isDocumentation(line.replace(/^[^/]*\//, "")))).toEqual([]);
    expect(before.filter((line) => !after.includes(line))).toEqual([]);
  });
});
