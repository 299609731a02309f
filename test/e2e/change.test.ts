import { writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { chunksOf } from "../../src/bytes/chunks-of.ts";
import { collect } from "../../src/bytes/collect.ts";
import { flatten } from "../../src/index.ts";
import type { EngineClient } from "../../src/transport/daemon/client.ts";
import { findImage } from "../../src/transport/daemon/images.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { engineClient } from "../support/engine-copy.ts";
import { engineSockets } from "../support/engines/engine-set.ts";
import { file, layer } from "../support/tar-fixture.ts";
import { testFolder } from "../support/test-folder.ts";
import { transportContext } from "../support/transport-context.ts";

/** Each list is one image; together they have everything that the instructions share with Docker's. */
const CHANGES: readonly (readonly string[])[] = [
  [
    'CMD ["app", "-x"]',
    "ENV A=1 B='x $A y' C=\"z $A\" D=q\\ r",
    `ENV E=$A\${A:+-set}\${NO:-none} F=\\$A`,
    "ENV ONE TWO= THREE",
  ],
  ["CMD app -x", "LABEL version=1.0 \"a b\"='c d' e=$PATH", "LABEL who me and you", "USER app:users"],
  ["ENTRYPOINT exec top", "EXPOSE 80 53/udp 8000-8002/tcp", 'VOLUME ["/data", "/with space"]', "VOLUME /a /b"],
  ["CMD first", 'ENTRYPOINT ["/init"]', "WORKDIR /srv", "WORKDIR app/../lib", "STOPSIGNAL SIGRTMIN+3"],
  ["HEALTHCHECK --interval=1m30s --timeout=1.5s --retries=3 CMD curl -f localhost || exit 1", "ONBUILD RUN make $A"],
  ['HEALTHCHECK CMD ["ok", "$A"]', "ENTRYPOINT []", "CMD []"],
  ["ENV X=1 Y=$Xé Z=$X-y", "VOLUME /a\\ b", "VOLUME /c\u00a0d", "EXPOSE 80\t81", "CMD a \\"],
  ["HEALTHCHECK NONE", "ENV A=1", "ENV A=2 B=$A", "EXPOSE 80/tcp 80"],
];
const DOCKERS = ["docker20", "docker26"] as const;

e2eSuite("Changes of a config", (workshop) => {
  const folder = testFolder();

  it.each(DOCKERS)("are what docker import --change makes of them (%s)", async (name) => {
    await using context = transportContext(folder.path);
    const client = await engineClient(workshop, name, context);
    const host = `unix://${engineSockets(workshop.namespace)[name]}`;
    const tar = folder.in("rootfs.tar");
    writeFileSync(tar, layer(file("app", "x")).tar());
    for (const [at, all] of CHANGES.entries()) {
      // Docker 20.10 refuses this instruction, which newer versions accept.
      const changes = all.filter((change) => name !== "docker20" || !change.startsWith("STOPSIGNAL"));
      const theirs = await dockerImport(client, layer(file("app", "x")).tar(), changes);
      const repository = `planish-e2e/change-${at}`;
      await flatten(`rootfs:${tar}`, `docker-daemon:${repository}:1`, { changes, force: true, docker: { host } });
      const ours = (await findImage(client, `${repository}:1`))?.id ?? "";
      expect(await configOf(client, ours), changes.join("\n")).toEqual(await configOf(client, theirs));
      for (const id of [theirs, ours])
        await client.json({ method: "DELETE", path: `/images/${id}`, query: { force: "1" } });
    }
  });
});

async function dockerImport(client: EngineClient, tar: Uint8Array, changes: readonly string[]): Promise<string> {
  const { body } = await client.request({
    method: "POST",
    path: "/images/create",
    query: { fromSrc: "-", changes },
    headers: { "content-type": "application/x-tar" },
    body: chunksOf(tar),
  });
  const said = new TextDecoder().decode(await collect(body, 1e6, "configBytes"));
  const id = /sha256:[0-9a-f]{64}/.exec(said)?.[0];
  if (id === undefined) throw new Error(said);
  return id;
}

/** An image's config according to the engine, without empty fields: absent, null and empty mean the same there. */
async function configOf(client: EngineClient, id: string): Promise<Record<string, unknown>> {
  const { Config } = (await client.json({ path: `/images/${id}/json` })) as { Config: Record<string, unknown> };
  const filled = ([, value]: [string, unknown]): boolean =>
    value !== null &&
    value !== "" &&
    value !== false &&
    !(typeof value === "object" && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(Config).filter(filled));
}
