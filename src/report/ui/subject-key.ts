import type { Context } from "../../context.ts";
import { inStage } from "../../errors.ts";
import type { RunOptions } from "../../flatten-options.ts";
import { startRun } from "../../run.ts";
import { openSource } from "../../transport/open-source.ts";
import { parseReference } from "../../transport/parse-reference.ts";
import { isStdio } from "../../transport/reference.ts";
import type { Servers } from "../../transport/servers.ts";
import { typedServers } from "../../transport/typed-servers.ts";
import type { ReportSubject } from "../gather-report.ts";

/**
 * A key that changes when the subject of a report changes: the IDs or digests of its images, for which no layer is
 * read. Containers, root filesystems and stdin have no ID without reading all of them, so their key is only the
 * reference.
 * @throws what opening the sources throws
 */
export async function subjectKey({ source, flat }: ReportSubject, options: RunOptions): Promise<string> {
  const sources = [source, ...(flat === undefined ? [] : [flat])];
  await using run = startRun(options, {});
  const { context } = run;
  return await inStage("open", async () => {
    const servers = typedServers(options, { sources });
    const keys = [];
    for (const text of sources) keys.push(await keyOf(text, servers, context));
    return JSON.stringify(keys);
  });
}

async function keyOf(text: string, servers: Servers, context: Context): Promise<string> {
  const parsed = parseReference(text);
  const { transport } = parsed;
  if (parsed.transport !== undefined && isStdio(parsed)) return text;
  if (transport === "container" || transport === "podman-container" || transport === "rootfs") return text;
  await using opened = await openSource(text, context, servers);
  return `${text} ${opened.id ?? (await opened.resolve()).digest}`;
}
