import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { exoticImage } from "../support/corpus/crafted.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { engineSockets } from "../support/engines/engine-set.ts";
import { planish } from "../support/planish.ts";
import { type Tabulator, tabulator } from "../support/shells/press-tabulator.ts";

const NAME = "tabulator.test/app:1";

e2eSuite("The tabulator", (workshop) => {
  const folder = join(workshop.folder, "home");
  const { docker20, podman4 } = engineSockets(workshop.namespace);
  const env = { DOCKER_HOST: `unix://${docker20}`, CONTAINER_HOST: `unix://${podman4}` };
  const { engines } = workshop;
  let press: Tabulator;
  beforeAll(async () => {
    const { archive } = exoticImage(workshop);
    await planish("copy", archive, `docker-daemon:${NAME}`, "-H", env.DOCKER_HOST);
    await planish("copy", archive, `podman:${NAME}`, "--podman-host", env.CONTAINER_HOST);
    mkdirSync(join(folder, "layout of images/blobs"), { recursive: true });
    writeFileSync(join(folder, "app.tar"), "");
    press = await tabulator(folder, env);
  });
  afterAll(async () => {
    await Promise.all([engines.docker20.remove(NAME), engines.podman4.remove(NAME)]);
  });

  it("completes in zsh, on a terminal", async () => {
    const lines: Readonly<Record<string, string>> = {
      "planish fl": "planish flatten ",
      "planish flatten --can": "planish flatten --canonical ",
      "planish flatten --history=k": "planish flatten --history=keep ",
      "planish flatten tabulator.test/app": `planish flatten ${NAME} `,
      "planish flatten podman:tabulator.test/app:": `planish flatten podman:${NAME} `,
      [`planish flatten oci:${folder}/layout`]: `planish flatten oci:${folder}/layout\\ of\\ images/`,
      [`planish flatten oci:${folder}/layout\\ of\\ images/`]: `planish flatten oci:${folder}/layout\\ of\\ images/blobs/`,
      [`planish flatten ${folder}/app`]: `planish flatten ${folder}/app.tar `,
      [`planish flatten --digestfile=${folder}/app`]: `planish flatten --digestfile=${folder}/app.tar `,
    };
    for (const [line, completed] of Object.entries(lines)) expect(await press.zsh(line)).toBe(`${completed}\n`);
  });

  it("completes in fish", async () => {
    expect(await press.fish("planish fl")).toEqual(["flatten\tmake an image of one layer"]);
    expect(await press.fish("planish flatten --history ")).toEqual(["collapse", "keep", "none", "redact"]);
    expect(await press.fish("planish flatten tabulator.test/")).toEqual([NAME]);
    expect(await press.fish("planish flatten podman:tabulator.test/")).toEqual([`podman:${NAME}`]);
    expect(await press.fish(`planish flatten oci:${folder}/lay`)).toEqual([`oci:${folder}/layout of images/`]);
    for (const typed of ["layout\\ of\\ images/", "'layout of images/"]) {
      const offered = await press.fish(`planish flatten oci:${folder}/${typed}`);
      expect(offered).toEqual([`oci:${folder}/layout of images/blobs/`]);
    }
    expect(await press.fish(`planish flatten ${folder}/app`)).toEqual([`${folder}/app.tar`]);
  });

  it("completes in bash, which splits words at colons", async () => {
    expect(await press.bash("planish fl")).toEqual(["flatten"]);
    expect(await press.bash("planish flatten --history=k")).toEqual(["keep"]);
    expect(await press.bash("planish flatten tabulator.test/")).toEqual([NAME]);
    expect(await press.bash("planish flatten tabulator.test/app:")).toEqual(["1"]);
    expect(await press.bash("planish flatten podman:tab")).toEqual([NAME]);
    expect(await press.bash(`planish flatten oci:${folder}/lay`)).toEqual([`${folder}/layout\\ of\\ images/`]);
    expect(await press.bash(`planish flatten ${folder}/app`)).toEqual([`${folder}/app.tar`]);
    expect(await press.bash("planish ls app:1 /etc/p")).toEqual([]);
    expect(await press.bash(`planish flatten --digestfile=${folder}/app`)).toEqual([`${folder}/app.tar`]);
  });

  it("completes words that are quoted in bash, which quotes the rest", async () => {
    const blobs = `${folder}/layout of images/blobs`;
    const typed = `${folder}/layout\\ of\\ images/`;
    expect(await press.bash(`planish flatten ${typed}`)).toEqual([blobs]);
    expect(await press.bash(`planish flatten "${folder}/layout of images/`)).toEqual([blobs]);
    expect(await press.bash(`planish flatten oci:${typed}`)).toEqual([`${typed}blobs/`]);
    expect(await press.bash(`planish flatten 'oci:${folder}/layout of images/`)).toEqual([`oci:${blobs}/`]);
    expect(await press.bash(`planish flatten "oci:${folder}/layout of images" -t 'a b' --can`)).toEqual([
      "--canonical",
    ]);
  });
});
