import { posixAcl } from "../posix-acl.ts";
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

/**
 * What no builder writes but all engines load the same way: user xattrs, nanoseconds, names and targets that are not
 * UTF-8.
 */
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

/** A directory that gets its default ACL after its children: they must not inherit from it when it comes first. */
export function defaultAclImage(workshop: Workshop): CorpusImage {
  const acl = { xattrs: { "system.posix_acl_default": accessList(1000) } };
  const layers = [
    layer(dir("late"), file("late/plain", "p"), dir("late/sub"), file("late/sub/deep", "d"), dir("early", acl)),
    layer(dir("early", acl), file("early/inherits", "i"), dir("late", acl), file("late/inherits", "i")),
  ];
  return { archive: writeCraftedArchive(workshop, { name: "default-acl", cmd: ["true"], layers }) };
}

/**
 * Implied directories that inherit a default ACL. Its mask is that of their mode, which not every engine sets after it
 * made them.
 */
export function inheritedAclImage(workshop: Workshop): CorpusImage {
  const acl = posixAcl(["owner", 7], ["user", 5, 1000], ["group", 5], ["mask", 5], ["other", 5]);
  const layers = [
    layer(dir("parent", { xattrs: { "system.posix_acl_default": acl } }), file("parent/implied/deep/file", "i")),
  ];
  const archive = writeCraftedArchive(workshop, { name: "inherited-acl", cmd: ["true"], layers });
  return { archive, timelessDirectories: new Set(["parent/implied", "parent/implied/deep"]) };
}

/** Nearly as many layers as Docker allows: each adds a file, every third removes the one before. */
export function manyLayersImage(workshop: Workshop): CorpusImage {
  const layers = Array.from({ length: 120 }, (_, at) =>
    layer(
      dir("layers", { mtimeNanoseconds: at }),
      file(`layers/${at}`, String(at)),
      ...(at % 3 === 2 ? [whiteout(`layers/${at - 1}`)] : []),
    ),
  );
  const cmd = ["sh", "-c", "ls /layers | wc -l"];
  return { archive: writeCraftedArchive(workshop, { name: "many-layers", cmd, layers }), prints: "80\n" };
}
