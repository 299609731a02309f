import { expect, it } from "vitest";
import { removeTemporary, tagImage } from "../../../../src/transport/daemon/tags.ts";
import { fakeEngines } from "../../../support/fake-engine.ts";
import { testFolder } from "../../../support/test-folder.ts";

const engines = fakeEngines(testFolder());

it("reads whatever the engine answers, since the connection would stay open otherwise", async () => {
  const sent: Promise<void>[] = [];
  const long = Buffer.alloc(4 * 1024 * 1024, " ");
  const client = await engines.start((_, response) => {
    sent.push(new Promise((resolve) => response.end(long, resolve)));
  });
  await tagImage(client, "app:1", "app:2");
  await removeTemporary(client, "app:2");
  expect(sent).toHaveLength(2);
  await Promise.all(sent);
});
