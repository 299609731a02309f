import { copyFileSync, mkdirSync } from "node:fs";
import { beforeAll, expect, it } from "vitest";
import { openSource } from "../../src/transport/open-source.ts";
import { bindServers } from "../../src/transport/servers.ts";
import { engineServers } from "../conformance/engine-fixture.ts";
import { exoticImage } from "../support/corpus/crafted.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { API_ENGINES, engineClient, engineReference } from "../support/engine-copy.ts";
import { engineSockets } from "../support/engines/engine-set.ts";
import { digestOf, type FixtureImage, image } from "../support/image-fixture.ts";
import { planishIn } from "../support/planish.ts";
import { testFolder } from "../support/test-folder.ts";
import { transportContext } from "../support/transport-context.ts";
import { writeImage } from "../support/write-image.ts";

e2eSuite("A bare name", (workshop) => {
  const folder = testFolder();
  const socket = engineSockets(workshop.namespace).docker20;
  const env = { DOCKER_HOST: `unix://${socket}`, DOCKER_CONFIG: "/nonexistent" };
  const planish = (...args: readonly string[]) => planishIn({ cwd: folder.path, env }, ...args);
  let archive = "";
  beforeAll(() => {
    archive = exoticImage(workshop).archive;
  });

  it("is an image of Docker where it has it, whatever folder has the same name, and the choice is printed", async () => {
    const id = await workshop.engines.docker20.load(archive);
    try {
      mkdirSync(folder.in("crafted/exotic"), { recursive: true });
      const { stdout, exitCode } = await planish("flatten", "crafted/exotic", "oci:flat");
      expect({ exitCode, stdout }).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining("Flattened docker-daemon:crafted/exotic to oci:flat\n"),
      });
      const beside = await planish("flatten", "crafted/exotic", "crafted/exotic:beside");
      expect(beside.stdout).toContain(
        "Flattened docker-daemon:crafted/exotic to docker-daemon:crafted/exotic:beside\n",
      );
      await workshop.engines.docker20.remove("crafted/exotic:beside");
      const short = await planish("flatten", id.slice(7, 17), "oci:short");
      expect(short.stdout).toContain(`Flattened docker-daemon:${id.slice(7, 17)} to oci:short\n`);
    } finally {
      await workshop.engines.docker20.remove(id);
    }
  });

  it("that a file and an image of Docker have is an error that names both", async () => {
    const id = await workshop.engines.docker20.load(archive);
    try {
      mkdirSync(folder.in("crafted"));
      copyFileSync(archive, folder.in("crafted/exotic"));
      expect(await planish("flatten", "crafted/exotic", "oci:flat")).toMatchObject({
        exitCode: 2,
        stderr: expect.stringMatching(
          /REFERENCE_INVALID(.|\n)*hint +type \.\/crafted\/exotic or docker-daemon:crafted\/exotic/,
        ),
      });
      expect(await planish("flatten", "./crafted/exotic", "oci:flat")).toMatchObject({ exitCode: 0 });
    } finally {
      await workshop.engines.docker20.remove(id);
    }
    expect(await planish("flatten", "crafted/exotic", "oci:again")).toMatchObject({ exitCode: 0 });
  });

  it("that nobody has is an error that names all places searched", async () => {
    const missing = await planish("flatten", "127.0.0.1:1/nobody/has:this", "oci:flat");
    expect(missing).toMatchObject({
      exitCode: 4,
      stderr: expect.stringMatching(
        /127\.0\.0\.1:1(.|\n)*hint +Docker has no image of this name, so a registry was asked/,
      ),
    });
  });

  it.each(API_ENGINES)("that begins the IDs of two images of %s is an error that lists them", async (name) => {
    await using context = transportContext(folder.path);
    const client = await engineClient(workshop, name, context);
    const servers = bindServers(engineServers(workshop, name, folder.path), new Set());
    const family = name === "docker26Containerd" ? "oci" : "docker";
    const twins = twinImages((app) => (family === "oci" ? app.oci.digest : digestOf(app.config)));
    try {
      for (const [at, { app }] of twins.entries()) {
        const to = engineReference(client, `several.test/twin:${at}`).text;
        await writeImage(to, app, context, { names: [], family, servers });
      }
      const common = engineReference(client, twins[0]?.id.slice(7, 8) ?? "").text;
      await expect(openSource(common, context, servers)).rejects.toMatchObject({
        code: "REFERENCE_INVALID",
        details: { hint: expect.stringContaining(twins[1]?.id.slice(7, 19) ?? "") },
      });
    } finally {
      for (const at of twins.keys()) await workshop.engines[name].remove(`several.test/twin:${at}`);
    }
  });
});

interface Twin {
  readonly app: FixtureImage;
  readonly id: string;
}

/** Two images whose IDs begin with the same digit. */
function twinImages(idOf: (app: FixtureImage) => string): readonly Twin[] {
  const seen = new Map<string, Twin>();
  for (let number = 0; ; number += 1) {
    const app = image({ config: { Labels: { number: String(number) } } });
    const id = idOf(app);
    const twin = seen.get(id.slice(7, 8));
    if (twin !== undefined) return [twin, { app, id }];
    seen.set(id.slice(7, 8), { app, id });
  }
}
