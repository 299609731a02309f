import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { isLeftover, temporaryTag } from "../../../../src/transport/daemon/temporary-name.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** The ID of a process that has ended. */
const endedPid = (): number => spawnSync(process.execPath, ["--version"]).pid;

const ofProcess = (tag: string, pid: number): string => tag.replace(`-${process.pid}-`, `-${pid}-`);

describe("temporaryTag", () => {
  it("makes unique tags that engines accept", () => {
    const [one, two] = [temporaryTag("import"), temporaryTag("import")];
    expect(one).toMatch(/^planish-temporary:import-[a-z0-9-]{1,100}$/);
    expect(two).not.toBe(one);
  });
});

describe("isLeftover", () => {
  it("leaves the names of running processes alone, also of another user's", () => {
    expect(isLeftover(temporaryTag("load"))).toBe(false);
    expect(isLeftover(ofProcess(temporaryTag("load"), 1))).toBe(false);
  });

  it.each(["commit", "import", "load"] as const)("finds a %s whose process has ended", (purpose) => {
    const tag = ofProcess(temporaryTag(purpose), endedPid());
    for (const prefix of ["", "localhost/", "docker.io/library/", "127.0.0.1:5000/"]) {
      expect(isLeftover(`${prefix}${tag}`)).toBe(true);
    }
  });

  it("waits a day if the process ran on another machine", () => {
    const foreign = ofProcess(temporaryTag("load"), endedPid()).replace(/-[0-9a-f]{8}-/, "-fedcba98-");
    expect(isLeftover(foreign)).toBe(false);
    expect(isLeftover(foreign, Date.now() + DAY_MS - 5000)).toBe(false);
    expect(isLeftover(foreign, Date.now() + DAY_MS + 5000)).toBe(true);
  });

  it.each(["planish-temporary:mine", "planish-temporary:load-1", "other/planish-temporary:load-1-01234567-1-01234567"])(
    "leaves %s alone, which planish did not name",
    (tag) => {
      expect(isLeftover(tag)).toBe(false);
    },
  );
});
