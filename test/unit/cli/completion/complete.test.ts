import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { runCli } from "../../../support/run-cli.ts";
import { testFolder } from "../../../support/test-folder.ts";

const NO_DOCKER = { DOCKER_HOST: "unix:///nowhere/a.sock", CONTAINER_HOST: "unix:///nowhere/b.sock" };
const folder = testFolder();

async function offered(...words: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await runCli(["__complete", ...words], { env: NO_DOCKER });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

describe("completion", () => {
  test.each<[string, string[], string]>([
    ["commands", ["fl"], "flatten\tmake an image of one layer\n:4\n"],
    ["help among them", ["hel"], "help\tshow the help of a command\n:4\n"],
    ["options of planish itself", ["--v"], "--version\tprint the version\n:4\n"],
    [
      "commands after help",
      ["help", "verif"],
      "verify\tcheck that two images are the same except for their layers\n:4\n",
    ],
    ["shells", ["completion", ""], "bash\nzsh\nfish\n:4\n"],
    ["what an option may be", ["tree", "--sort", ""], "name\nsize\n:4\n"],
    ["the same behind an equals sign", ["tree", "--sort=s"], "--sort=size\n:4\n"],
    ["files for an option that is a path", ["flatten", "--digestfile", "x"], ":0\n"],
    ["nothing for an option that could be anything", ["flatten", "--author", "x"], ":4\n"],
    ["transports, which go on", ["flatten", "oci"], "oci-archive:\noci:\n:2\n"],
    ["files where no image is found", ["flatten", "app"], ":0\n"],
    ["nothing of an engine that does not answer", ["flatten", "podman:"], ":4\n"],
    ["places", ["images", "p"], "podman\n:0\n"],
    ["files for a root filesystem", ["import", "x"], ":0\n"],
    ["nothing inside of an image", ["cat", "app.tar", "/et"], ":4\n"],
    ["images again where a command takes many", ["analyze", "a.tar", "b.tar", "docker-a"], "docker-archive:\n:2\n"],
    ["nothing where all was said", ["verify", "a", "b", ""], ":4\n"],
    ["nothing of what is no command", ["squash", ""], ":4\n"],
  ])("is %s", async (_, words, expected) => {
    expect(await offered(...words)).toBe(expected);
  });

  test("hides what is only for shells", async () => {
    expect(await offered("")).not.toContain("__complete");
    expect(await offered("")).toContain("completion\t");
  });

  test("offers paths after a transport or an equals sign, folders with a slash and without a space", async () => {
    mkdirSync(folder.in("images"));
    mkdirSync(folder.in("images/layout"));
    writeFileSync(folder.in("images/list.tar"), "");
    writeFileSync(folder.in("images/.hidden"), "");
    writeFileSync(folder.in("images/two\nlines"), "");
    writeFileSync(folder.in("images/\u001b[2J"), "");
    symlinkSync("nowhere", folder.in("images/lost"));
    const at = `oci:${folder.path}/images`;
    expect(await offered("flatten", `oci:${folder.path}/im`)).toBe(`${at}/\n:6\n`);
    expect(await offered("flatten", `${at}/`)).toBe(`${at}/layout/\n${at}/list.tar\n${at}/lost\n:4\n`);
    expect(await offered("flatten", `${at}/.h`)).toBe(`${at}/.hidden\n:4\n`);
    expect(await offered("flatten", `${at}/layout/no/where`)).toBe(":4\n");
    const option = `--digestfile=${folder.path}/im`;
    expect(await offered("flatten", option)).toBe(`${option}ages/\n:6\n`);
    expect(await offered("flatten", `${option}ages/li`)).toBe(`${option}ages/list.tar\n:4\n`);
  });
});

describe("planish completion", () => {
  test.each(["bash", "zsh", "fish"])("prints a script for %s that calls planish", async (shell) => {
    const { status, stdout } = await runCli(["completion", shell]);
    expect(status).toBe(0);
    expect(stdout).toContain(" __complete ");
  });

  test("refuses other shells", async () => {
    expect(await runCli(["completion", "csh"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("ARGUMENT_INVALID"),
    });
  });
});
