import { beforeAll, expect, it } from "vitest";
import { compareTrees } from "../support/compare-trees.ts";
import { exoticImage } from "../support/corpus/crafted.ts";
import { divergentImage } from "../support/corpus/crafted-rows.ts";
import { tortureImage } from "../support/corpus/torture.ts";
import type { CorpusImage } from "../support/corpus/workshop.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import type { EngineSet } from "../support/engines/engine-set.ts";
import { observe } from "../support/observe.ts";
import type { TreeSnapshot } from "../support/tree-snapshot.ts";

/**
 * Engines of the same profile must show an unflattened image identically; otherwise differences come from the harness.
 */
e2eSuite("The harness, on unflattened images,", (workshop) => {
  let torture: CorpusImage;
  beforeAll(async () => {
    torture = await tortureImage(workshop, workshop.engines.docker20);
  });

  const see = async (name: keyof EngineSet, image: CorpusImage): Promise<TreeSnapshot> =>
    (await observe(workshop.engines[name], await workshop.engines[name].load(image.archive), image)).tree;

  it("sees one filesystem of the torture image in six engines", async () => {
    const reference = await see("docker20", torture);
    for (const name of ["docker26", "docker26Containerd", "podman4", "podman5", "containerd"] as const) {
      expect.soft(compareTrees(reference, await see(name, torture)), name).toEqual([]);
    }
    // The expected effects of the image's steps: without them the comparison would prove little.
    expect(reference.get("torture/caps/raw-again")?.xattrs["security.capability"]).toMatch(/^0x01/);
    expect(reference.get("torture/links/leader-removed-c")?.linkGroup).toBe("torture/links/leader-removed-b");
    expect(reference.get("torture/dev/big")).toMatchObject({ type: "char", device: "4095:1048575" });
    expect(reference.get("torture/owners/large")?.owner).toBe("3000000:4000000000");
    expect(reference.get("torture/modes/file-6711")?.mode).toBe("6711");
    expect(reference.has("torture/opaque/old")).toBe(false);
    expect([...reference.keys()].filter((path) => path.length > 255)).not.toHaveLength(0);
  });

  it("sees xattrs, nanoseconds and names that are not UTF-8 exactly", async () => {
    const tree = await see("docker20", exoticImage(workshop));
    expect(tree.get("exotic/xattrs-again")?.xattrs["user.binary"]).toBe("0x000a3dff80");
    expect(tree.get("exotic/said")?.mtimeNs).toBe(1_600_000_000_000_000_001n);
    expect(tree.get("exotic/link")).toMatchObject({ target: "\xff\xfe/\xe9", mtimeNs: 1_600_000_000_000_000_001n });
    expect(tree.get(`exotic/${"\xe9".repeat(90)}/${"\xff\xfe".repeat(60)}`)?.linkGroup).toBe("exotic/long-link");
    expect(tree.get("exotic/ping-third")?.xattrs["security.capability"]).toMatch(/^0x01/);
    expect(tree.has("exotic/opaque/hidden")).toBe(false);
  });

  it("sees where the engines differ, and only there", async () => {
    const image = divergentImage(workshop);
    const docker = await see("docker20", image);
    expect(compareTrees(docker, await see("podman5", image), image)).toEqual([]);
    expect(compareTrees(docker, await see("containerd", image), image)).toEqual([
      "d3: mode 755 -> 750, owner 0:0 -> 3:4, xattr user.d3 none -> 0x78",
    ]);
    const sequential = compareTrees(docker, await see("umoci", image), image);
    expect(sequential).toContain("d4/usr/lib/upper: unexpected file");
    expect(sequential).toContain("d2/dir/old: missing file");
  });
});
