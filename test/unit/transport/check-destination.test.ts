import { readdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checkDestination } from "../../../src/transport/check-destination.ts";
import { NO_SERVERS } from "../../../src/transport/servers.ts";
import { testFolder } from "../../support/test-folder.ts";
import { transportContext } from "../../support/transport-context.ts";

const folder = testFolder();

test("a destination is checked before stdin is read, and not changed", async () => {
  await using context = transportContext(folder.path);
  writeFileSync(folder.in("taken.tar"), "mine");
  const ask = (source: string, to: string | undefined, force = false) =>
    checkDestination(source, to, { force, servers: NO_SERVERS }, context);
  for (const to of [folder.in("taken.tar"), `oci-archive:${folder.in("taken.tar")}`]) {
    await expect(ask("-", to)).rejects.toMatchObject({ code: "DESTINATION_EXISTS" });
    await expect(ask("docker-archive:-:app", to)).rejects.toMatchObject({ code: "DESTINATION_EXISTS" });
    await ask("-", to, true);
    await ask("oci:layout", to);
  }
  await expect(ask("-", "container:web")).rejects.toMatchObject({ code: "REFERENCE_INVALID" });
  for (const free of [undefined, folder.in("free.tar"), `oci:${folder.in("layout")}:1`]) await ask("-", free);
  expect(readdirSync(folder.path)).toEqual(["taken.tar"]);
});
