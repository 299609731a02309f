import type { Server } from "node:http";
import { guardIo } from "../../bytes/io-error.ts";
import { checkValues } from "../../check-values.ts";
import type { RunOptions } from "../../flatten-options.ts";
import { newToken } from "./access.ts";
import { answerVisits } from "./answer-visits.ts";
import { ReportShelf } from "./report-shelf.ts";
import { subjectKey } from "./subject-key.ts";

/** Options of {@link serveReports}. */
export interface ServeOptions extends RunOptions {
  /** A flat image to compare with `source`. */
  readonly flat?: string;
  /** The engine whose images are listed; docker-daemon by default. */
  readonly engine?: "docker-daemon" | "podman";
  /** A free port by default. */
  readonly port?: number;
}

/** A server of reports; disposing it closes it and aborts any reading. */
export interface ReportServer extends AsyncDisposable {
  /** For a browser on this machine; it contains the token, so anyone who has it has access. */
  readonly url: string;
}

/**
 * Serves reports as pages, only on the loopback address and only with the token in `url`: the report of `source`, which
 * is read before this resolves, and those of all images in an engine, each read on request.
 * @throws FlattenError when `source` cannot be read; TransportError TRANSPORT_FAILED when the port is taken
 */
export async function serveReports(source: string | undefined, options: ServeOptions = {}): Promise<ReportServer> {
  checkValues(options, { flat: true, engine: true, port: true });
  const { flat, engine = "docker-daemon", port = 0, onProgress, signal, ...others } = options;
  const closing = new AbortController();
  const ended = AbortSignal.any([closing.signal, ...(signal === undefined ? [] : [signal])]);
  const first = source === undefined ? undefined : { source, flat };
  const shelf = new ReportShelf({ ...others, signal: ended }, first);
  if (first !== undefined) {
    const key = await subjectKey(first, { ...others, signal: ended });
    await shelf.get(key, first, onProgress === undefined ? {} : { onProgress });
  }
  const { createServer } = await import("node:http");
  const server = createServer();
  const taken = await guardIo({ side: "port", path: `127.0.0.1:${port}` }, () => listen(server, port));
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
      // From here on an error is that of one connection that could not be accepted, because there are too many files
      // open, for example: its browser notices, and the server goes on.
      server.off("error", reject).on("error", () => {});
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}
