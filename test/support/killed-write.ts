/**
 * A program for tests of what a killed run leaves: writes an image to a destination but for the commit, and kills
 * itself, `node killed-write.ts DESTINATION FAMILY SCRATCH`.
 */
import { openDestination } from "../../src/transport/open-destination.ts";
import { NO_SERVERS } from "../../src/transport/servers.ts";
import { image } from "./image-fixture.ts";
import { transportContext } from "./transport-context.ts";
import { writeBlobs } from "./write-image.ts";

const [text = "", family, scratch = ""] = process.argv.slice(2);
const to = await openDestination(text, { force: true, servers: NO_SERVERS }, transportContext(scratch));
await writeBlobs(to, image(), family === "docker" ? "docker" : "oci");
process.kill(process.pid, "SIGKILL");
