import {
  char,
  dir,
  fifo,
  file,
  hardlink,
  type LayerFixture,
  layer,
  opaque,
  symlink,
  whiteout,
} from "../tar-fixture.ts";
import { accessList, fileCapability } from "./binary-xattrs.ts";
import { writeCraftedArchive } from "./crafted-archive.ts";
import type { CorpusImage, Workshop } from "./workshop.ts";

const NET_RAW = 13;
const LONG = `${"\xe9".repeat(90)}/${"\xff\xfe".repeat(60)}`;
const ONE_NANOSECOND = { mtime: 1_600_000_000, mtimeNanoseconds: 1 };
const BINARY = { "user.binary": "\x00\n=\xff\x80", "user.text": "plain" };
const CAPABLE = { mode: 0o755, xattrs: { "security.capability": fileCapability(NET_RAW) } };

/** What no builder writes but every engine loads alike: user xattrs, nanoseconds, names and targets that are not UTF-8. */
export function exoticImage(workshop: Workshop): CorpusImage {
  const archive = writeCraftedArchive(workshop, {
    name: "exotic",
    cmd: ["cat", "/exotic/said"],
    layers: [exoticBottom(), exoticTop()],
  });
  return { archive, prints: "said\n" };
}

function exoticBottom(): LayerFixture {
  return layer(
    dir("exotic", { xattrs: BINARY }),
    file("exotic/said", "said\n", ONE_NANOSECOND),
    symlink("exotic/link", "\xff\xfe/\xe9", ONE_NANOSECOND),
    dir("exotic/dir", { ...ONE_NANOSECOND, xattrs: { "user.lower": "lost when listed again" } }),
    file("exotic/dir/kept", "kept", { mtime: -86_401, mtimeNanoseconds: 500_000_000 }),
    file("exotic/\xff\xfe", "short name"),
    dir(`exotic/${"\xe9".repeat(90)}`),
    file(`exotic/${LONG}`, "long name"),
    hardlink("exotic/long-link", `exotic/${LONG}`),
    file("exotic/xattrs", "x", { uid: 4_000_000_000, gid: 3_000_000, xattrs: BINARY }),
    hardlink("exotic/xattrs-again", "exotic/xattrs", { uid: 4_000_000_000, gid: 3_000_000, xattrs: BINARY }),
    file("exotic/ping", "#!/bin/sh", CAPABLE),
    hardlink("exotic/ping-again", "exotic/ping", CAPABLE),
    hardlink("exotic/ping-third", "exotic/ping", CAPABLE),
    file("exotic/acl", "a", { mode: 0o774, xattrs: { "system.posix_acl_access": accessList(1000) } }),
    file("exotic/trusted", "t", { xattrs: { "trusted.planish": "1" } }),
    fifo("exotic/pipe", { mode: 0o2640 }),
    char("exotic/device", 511, 70_000),
    dir("exotic/opaque"),
    file("exotic/opaque/hidden"),
    file("exotic/opaque/also-outside", "shared"),
    hardlink("exotic/outside", "exotic/opaque/also-outside"),
  );
}

function exoticTop(): LayerFixture {
  return layer(
    dir("exotic", { xattrs: { "user.text": "other" }, mtimeNanoseconds: 999_999_999 }),
    dir("exotic/dir", { mtimeNanoseconds: 7 }),
    dir("exotic/opaque", { mode: 0o711 }),
    opaque("exotic/opaque"),
    file("exotic/opaque/fresh", "fresh"),
    whiteout("exotic/ping"),
    file("exotic/xattrs", "replaced", { mtimeNanoseconds: 3 }),
    whiteout("exotic/never-was"),
  );
}

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

/** A directory that gets its default ACL after its children: they must not inherit from it when it comes first. */
export function defaultAclImage(workshop: Workshop): CorpusImage {
  const acl = { xattrs: { "system.posix_acl_default": accessList(1000) } };
  const layers = [
    layer(dir("late"), file("late/plain", "p"), dir("late/sub"), file("late/sub/deep", "d"), dir("early", acl)),
    layer(dir("early", acl), file("early/inherits", "i"), dir("late", acl), file("late/inherits", "i")),
  ];
  return { archive: writeCraftedArchive(workshop, { name: "default-acl", cmd: ["true"], layers }) };
}
