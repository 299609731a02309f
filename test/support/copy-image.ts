/**
 * A program for tests of stdin and stdout: copies an image of one manifest,
 * `node copy-image.ts SOURCE DESTINATION SCRATCH`. SIGINT aborts it.
 */
import { collect } from "../../src/bytes/collect.ts";
import { isFlattenError } from "../../src/errors.ts";
import { parseManifest } from "../../src/oci/manifest.ts";
import { openDestination } from "../../src/transport/open-destination.ts";
import { openSource } from "../../src/transport/open-source.ts";
import { NO_SERVERS } from "../../src/transport/servers.ts";
import { transportContext } from "./transport-context.ts";

const [from = "", to = "", scratch = ""] = process.argv.slice(2);
const abort = new AbortController();
process.once("SIGINT", () => abort.abort(new Error("interrupted")));

try {
  await copy();
} catch (error) {
  process.stderr.write(`${isFlattenError(error) ? error.code : String(error)}\n`);
  process.exitCode = 1;
}

async function copy(): Promise<void> {
  await using context = transportContext(scratch, { signal: abort.signal });
  await using source = await openSource(from, context, NO_SERVERS);
  await using destination = await openDestination(
    to,
    { force: false, like: source.reference, servers: NO_SERVERS },
    context,
  );
  const root = await source.resolve();
  const manifest = parseManifest(await collect(source.readBlob(root), 1e7, "test"), root, context.limits);
  for (const blob of [...manifest.json.layers, manifest.json.config]) {
    await destination.writeBlob(blob, () => source.readBlob(blob));
  }
  await destination.writeManifest(manifest);
  await destination.commit(root, source.names);
}
