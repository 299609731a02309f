import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, symlinkSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { flatten } from "../../../../src/flatten.ts";
import type { ProgressEvent } from "../../../../src/progress/events.ts";
import { dockerClassic, writeArchive } from "../../../support/image-archives.ts";
import { image } from "../../../support/image-fixture.ts";
import { testFolder } from "../../../support/test-folder.ts";

const folder = testFolder();
let source: string;

beforeEach(() => {
  source = folder.in("app.tar");
  writeArchive(source, dockerClassic(image({ tags: ["app:1"] })));
});

describe("rootfs.configOut", () => {
  test.each([
    ["the source", "app.tar", "o.tar"],
    ["the source by way of a link", "link", "o.tar"],
    ["the destination", "o.tar", "o.tar"],
    ["the destination by another way", "here/o.tar", "o.tar"],
  ])("is refused where it is %s, with force too", async (_, configOut, destination) => {
    symlinkSync("app.tar", folder.in("link"));
    symlinkSync(folder.path, folder.in("here"));
    const before = readFileSync(source);
    const options = { force: true, rootfs: { configOut: folder.in(configOut) } };
    await expect(flatten(source, `rootfs:${folder.in(destination)}`, options)).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      stage: "open",
    });
    expect(readFileSync(source).equals(before)).toBe(true);
    expect(existsSync(folder.in("o.tar"))).toBe(false);
  });

  test("leaves no filesystem behind if its folder has become a file", async () => {
    mkdirSync(folder.in("etc"));
    const onProgress = (event: ProgressEvent): void => {
      if (!("stage" in event) || event.stage !== "encode" || event.type !== "finished") return;
      rmdirSync(folder.in("etc"));
      writeFileSync(folder.in("etc"), "");
    };
    const rootfs = { configOut: folder.in("etc/config.json") };
    await expect(flatten(source, `rootfs:${folder.in("o.tar")}`, { rootfs, onProgress })).rejects.toThrow();
    expect(readdirSync(folder.path).sort()).toEqual(["app.tar", "etc"]);
  });

  test("is not written if the filesystem could not be published", async () => {
    mkdirSync(folder.in("root"));
    const onProgress = ({ type }: ProgressEvent): void => {
      if (type === "finished") writeFileSync(folder.in("root/late"), "");
    };
    const rootfs = { configOut: folder.in("config.json") };
    await expect(flatten(source, `rootfs:${folder.in("root")}`, { rootfs, onProgress })).rejects.toMatchObject({
      code: "DESTINATION_EXISTS",
    });
    expect(readdirSync(folder.path).sort()).toEqual(["app.tar", "root"]);
    expect(readdirSync(folder.in("root"))).toEqual(["late"]);
  });

  test("replaces a file only if forced", async () => {
    writeFileSync(folder.in("config.json"), "old");
    const rootfs = { configOut: folder.in("config.json") };
    await expect(flatten(source, `rootfs:${folder.in("o.tar")}`, { rootfs })).rejects.toMatchObject({
      code: "DESTINATION_EXISTS",
    });
    await flatten(source, `rootfs:${folder.in("o.tar")}`, { rootfs, force: true });
    expect(JSON.parse(readFileSync(folder.in("config.json"), "utf8"))).toMatchObject({ os: "linux" });
  });
});
