import { char, dir, file, hardlink, type LayerFixture, layer, opaque, symlink, whiteout } from "../tar-fixture.ts";
import { writeCraftedArchive } from "./crafted-archive.ts";
import type { CorpusImage, Workshop } from "./workshop.ts";

/** Constructs that engines load but read differently, each in a directory named after its row. */
export function divergentImage(workshop: Workshop): CorpusImage {
  const archive = writeCraftedArchive(workshop, {
    name: "divergent",
    cmd: ["cat", "/d3/lower"],
    layers: [divergentBottom(), divergentTop()],
  });
  const timelessDirectories = new Set(["d3", "d4", "d4/lib", "d4/usr/lib", "d13", "d13/missing", "d13/missing/too"]);
  return { archive, prints: "lower\n", divergent: true, timelessDirectories };
}

function divergentBottom(): LayerFixture {
  return layer(
    dir("d2"),
    dir("d2/dir"),
    file("d2/dir/old"),
    dir("d3", { mode: 0o750, uid: 3, gid: 4, xattrs: { "user.d3": "x" } }),
    file("d3/lower", "lower\n"),
    dir("d4"),
    dir("d4/usr"),
    dir("d4/usr/lib"),
    file("d4/usr/lib/lower"),
    symlink("d4/lib", "usr/lib"),
    dir("d9"),
    file("d9/gone", "hidden by a device 0:0"),
    dir("d12"),
  );
}

function divergentTop(): LayerFixture {
  return layer(
    dir("d12"),
    file("d12/first", "12", { mode: 0o600, uid: 1, mtimeNanoseconds: 1 }),
    hardlink("d12/second", "d12/first", { mode: 0o644, uid: 2, mtimeNanoseconds: 2 }),
    file("d13/missing/too/.wh.file"),
    dir("d2"),
    whiteout("d2/dir"),
    dir("d2/dir"),
    file("d2/dir/new"),
    file("d3/upper", "upper\n"),
    dir("d4"),
    file("d4/lib/upper"),
    dir("d9"),
    char("d9/gone", 0, 0),
  );
}

/** Opaque at the root, which overlayfs engines ignore and the image-spec honours; nothing of it can run after that. */
export function rootOpaqueImage(workshop: Workshop): CorpusImage {
  const top = layer(opaque(""), dir("upper"), file("upper/file"));
  const layers = [layer(dir("lower"), file("lower/file")), top];
  return { archive: writeCraftedArchive(workshop, { name: "root-opaque", cmd: ["sh"], layers }), divergent: true };
}

/** `trusted.overlay.opaque` in a tar: Docker's overlay2 and podman obey it, containerd does not. */
export function smuggledOpaqueImage(workshop: Workshop): CorpusImage {
  const layers = [
    layer(dir("d10"), file("d10/lower")),
    layer(dir("d10", { xattrs: { "trusted.overlay.opaque": "y" } }), file("d10/upper")),
  ];
  return craft(workshop, "smuggled-opaque", layers);
}

/** Two implied directories over a file, which only Docker's overlay2 and podman load. */
export function impliedOverFileImage(workshop: Workshop): CorpusImage {
  const layers = [layer(dir("d14"), file("d14/c")), layer(dir("d14"), file("d14/c/a/x"))];
  return { ...craft(workshop, "implied-over-file", layers), timelessDirectories: new Set(["d14/c", "d14/c/a"]) };
}

/** The same name twice in a layer, and a parent that is a dangling link: Docker's overlay2 and podman refuse them. */
export function containerdOnlyImage(workshop: Workshop): CorpusImage {
  const top = layer(
    dir("d8"),
    file("d8/twice", "first"),
    file("./d8/twice", "second", { mode: 0o600 }),
    dir("d15"),
    symlink("d15/dangling", "nowhere"),
    file("d15/dangling/file"),
  );
  const image = craft(workshop, "containerd-only", [top]);
  return { ...image, timelessDirectories: new Set(["d15", "d15/nowhere"]) };
}

/** A hard link to a lower layer and a whiteout of what the same layer adds: only the sequential appliers load them. */
export function sequentialOnlyImage(workshop: Workshop): CorpusImage {
  const same = { mode: 0o640, uid: 9 };
  const layers = [
    layer(dir("d5"), file("d5/lower", "shared", same), dir("d6")),
    layer(dir("d5"), hardlink("d5/upper", "d5/lower", same), dir("d6"), file("d6/kept"), whiteout("d6/kept")),
  ];
  return craft(workshop, "sequential-only", layers);
}

function craft(workshop: Workshop, name: string, layers: readonly LayerFixture[]): CorpusImage {
  return { archive: writeCraftedArchive(workshop, { name, cmd: ["true"], layers }), divergent: true };
}
