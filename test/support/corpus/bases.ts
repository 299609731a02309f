import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { engineCache } from "../engines/engine-set.ts";
import { dir, file, type LayerFixture, layer, symlink } from "../tar-fixture.ts";

/**
 * A root filesystem of one static program, Debian's busybox, under all its names; enough for `sh`, `cat` and `find`.
 */
export function busyboxLayer(): LayerFixture {
  const busybox = join(engineCache(), "bookworm/bin/busybox");
  const applets = execFileSync(busybox, ["--list"], { encoding: "utf8" }).trim().split("\n");
  const links = applets.filter((name) => name !== "busybox").sort();
  return layer(
    dir("bin"),
    file("bin/busybox", readFileSync(busybox), { mode: 0o755 }),
    ...links.map((name) => symlink(`bin/${name}`, "busybox")),
    dir("tmp", { mode: 0o1777 }),
  );
}

/** Puts {@link busyboxLayer} into a Dockerfile's folder as `base.tar`. */
export function addBusyboxBase(context: string): void {
  writeFileSync(join(context, "base.tar"), busyboxLayer().tar());
}

/** Puts a minimal Debian with apt and setcap into a Dockerfile's folder as `base.tar`. */
export function addDebianBase(context: string): void {
  copyFileSync(join(engineCache(), "debian-base.tar"), join(context, "base.tar"));
}
