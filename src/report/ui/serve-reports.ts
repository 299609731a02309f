import type { Server } from "node:http";
import { guardIo } from "../../bytes/io-error.ts";
import { checkValues } from "../../check-values.ts";
import type { RunOptions } from "../../flatten-options.ts";
import { newToken } from "./access.ts";
import { answerVisits } from "./answer-visits.ts";
import { ReportShelf } from "./report-shelf.ts";
import { subjectKey } from "./subject-key.ts";

/** What {@link serveReports} may be told besides. */
export interface ServeOptions extends RunOptions {
  /** A flat image to hold against the image that is shown first. */
  readonly flat?: string;
  /** Whose images can be looked at besides; docker-daemon by default. */
  readonly engine?: "docker-daemon" | "podman";
  /** A free one by default. */
  readonly port?: number;
}

/** A server of reports; disposing it ends it and whatever it reads at the time. */
export interface ReportServer extends AsyncDisposable {
  /** Where a browser of this machine finds it; whoever has it sees what there is to see. */
  readonly url: string;
}

/**
 * Serves the reports of images as pages, on the loopback address alone and only to who has the token in `url`: that of
 * `source`, which is read before this returns, and those of all images of an engine, each read when it is asked for.
 * @throws FlattenError when `source` cannot be read; TransportError TRANSPORT_FAILED when the port is taken
 */
export async function serveReports(source: string | undefined, options: ServeOptions = {}): Promise<ReportServer> {
  checkValues(options);
  const { flat, engine = "docker-daemon", port = 0, onProgress, signal, ...others } = options;
  const closing = new AbortController();
  const ended = AbortSignal.any([closing.signal, ...(signal === undefined ? [] : [signal])]);
  const shelf = new ReportShelf({ ...others, signal: ended });
  const first = source === undefined ? undefined : { source, flat };
  if (first !== undefined) {
    const key = await subjectKey(first, { ...others, signal: ended });
    await shelf.get(key, first, onProgress === undefined ? {} : { onProgress });
  }
  const { createServer } = await import("node:http");
  const server = createServer();
  const taken = await guardIo({ side: "destination", path: `127.0.0.1:${port}` }, () => listen(server, port));
  const token = newToken();
  server.on(
    "request",
    answerVisits({ token, port: taken, shelf, first, engine, options: { ...others, signal: ended } }),
  );
  return {
    url: `http://127.0.0.1:${taken}/${token}/`,
    async [Symbol.asyncDispose]() {
      closing.abort();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Returns the port. */
function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}
