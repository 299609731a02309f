import { execFileSync } from "node:child_process";
import { chmodSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { chunksOf } from "../../../../src/bytes/chunks-of.ts";
import { flatten } from "../../../../src/flatten.ts";
import { rootfsKind } from "../../../../src/transport/rootfs/form.ts";
import { openOutlet } from "../../../../src/transport/rootfs/outlet.ts";
import { withoutRights } from "../../../support/hard-places.ts";
import { dockerClassic, writeArchive } from "../../../support/image-archives.ts";
import { image } from "../../../support/image-fixture.ts";
import { char, dir, fifo, file, hardlink, layer, type Member } from "../../../support/tar-fixture.ts";
import { testFolder } from "../../../support/test-folder.ts";
import { transportContext } from "../../../support/transport-context.ts";

// Else they would be loaded when flatten needs them, by a user who cannot read a checkout in the home folder of root.
import "../../../../src/transport/rootfs/destination.ts";
import "../../../../src/transport/rootfs/source.ts";

const folder = testFolder();
const [UID, GID] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
/** The user that {@link withoutRights} makes of root. */
const NOBODY = UID === 0 ? 65534 : UID;

/** A folder that any user can write to, and an image in it. */
function inTheOpen(...members: Member[]): string {
  mkdirSync(folder.in("open"));
  for (const path of [folder.path, folder.in("open")]) chmodSync(path, 0o777);
  return writeArchive(folder.in("app.tar"), dockerClassic(image({ layers: [layer(...members)] })));
}

const exported = (source: string, to = "open/root/") =>
  flatten(source, `rootfs:${folder.in(to)}`, { scratch: folder.in("open") });

describe("a user who is not root", () => {
  test("gets a folder without devices, under all of their names", async (context) => {
    const devices = [char("dev-null", 1, 3), hardlink("dev-other", "./dev-null"), hardlink("dev-third", "dev-other")];
    const source = inTheOpen(...devices, file("f"));
    await withoutRights(context, async () => {
      const { diagnostics } = await exported(source);
      const lost = diagnostics.find(({ rule }) => rule === "rootfs-devices-lost");
      expect(lost?.message).toContain("3 were left out");
    });
    expect(readdirSync(folder.in("open/root"))).toEqual(["f"]);
  });

  test("owns all files, whose modes stay", async (context) => {
    const source = inTheOpen(
      dir("closed", { mode: 0o555, uid: 7 }),
      file("closed/secret", "s", { mode: 0o400, uid: 7 }),
      file("su", "", { mode: 0o4755 }),
      fifo("pipe", { mode: 0o640, uid: NOBODY, gid: GID }),
    );
    await withoutRights(context, async () => {
      const { diagnostics } = await exported(source);
      const lost = diagnostics.find(({ rule }) => rule === "rootfs-owners-lost");
      expect(lost?.message).toContain(": 3 of other users are now yours");
    });
    const found = ["closed", "closed/secret", "su", "pipe"].map((name) => lstatSync(folder.in(`open/root/${name}`)));
    expect(found.map(({ uid }) => uid)).toEqual([NOBODY, NOBODY, NOBODY, NOBODY]);
    expect(found.map(({ mode }) => mode % 0o10000)).toEqual([0o555, 0o400, 0o4755, 0o640]);
    // Else its owner cannot remove it.
    chmodSync(folder.in("open/root/closed"), 0o755);
  });

  test("gets only the attributes of user.*", async (context) => {
    const xattrs = { "user.note": "kept", "trusted.note": "lost", "security.capability": "lost" };
    const source = inTheOpen(file("f", "", { xattrs }));
    await withoutRights(context, async () => {
      const { diagnostics } = await exported(source);
      expect(diagnostics.filter(({ rule }) => rule === "rootfs-xattrs-lost")).toEqual([
        expect.objectContaining({ message: expect.stringContaining("Only root can set 2 of the extended attributes") }),
      ]);
    });
    const args = ["--absolute-names", "--dump", "--match=-", folder.in("open/root/f")];
    expect(execFileSync("getfattr", args, { encoding: "utf8" }).split("\n").slice(1, -2)).toEqual(['user.note="kept"']);
  });

  test("leaves nothing of a folder that cannot be published, not even what its owner may not enter", async (context) => {
    inTheOpen();
    const tar = layer(dir("closed", { mode: 0 }), file("closed/f"), file("other")).tar();
    await withoutRights(context, async () => {
      await using run = transportContext(folder.in("open"));
      {
        const options = { kind: rootfsKind("root/"), force: false };
        await using outlet = await openOutlet(folder.in("open/root"), options, run);
        await outlet.write(chunksOf(tar));
        mkdirSync(folder.in("open/root"));
        writeFileSync(folder.in("open/root/mine"), "");
        const published = outlet.publish({ id: "", seconds: 0 });
        await expect(published).rejects.toMatchObject({ code: "DESTINATION_EXISTS" });
      }
    });
    expect(readdirSync(folder.in("open"))).toEqual(["root"]);
  });

  test("can make no filesystem image, and is told what to make", async (context) => {
    const source = inTheOpen(file("f"));
    await withoutRights(context, async () => {
      await expect(exported(source, "open/app.squashfs")).rejects.toMatchObject({
        code: "DESTINATION_REFUSED",
        stage: "open",
        details: { hint: expect.stringContaining("export a .tar") },
      });
    });
    expect(readdirSync(folder.in("open"))).toEqual([]);
  });

  test("cannot import a folder with a file of others that may not be read", async (context) => {
    inTheOpen();
    mkdirSync(folder.in("open/root"));
    writeFileSync(folder.in("open/root/private"), "", { mode: 0o600 });
    if (UID !== 0) chmodSync(folder.in("open/root/private"), 0);
    await withoutRights(context, async () => {
      const made = flatten(`rootfs:${folder.in("open/root")}`, `oci:${folder.in("open/image")}`, {
        scratch: folder.in("open"),
      });
      await expect(made).rejects.toMatchObject({
        code: "TRANSPORT_FAILED",
        message: expect.stringContaining("private"),
      });
    });
    expect(readdirSync(folder.in("open"))).toEqual(["root"]);
  });
});
