import type { IncomingMessage, ServerResponse } from "node:http";
import { isFlattenError } from "../../errors.ts";
import type { RunOptions } from "../../flatten-options.ts";
import { images } from "../../images/images.ts";
import type { ImagesOptions } from "../../images/images-result.ts";
import { isDigest } from "../../oci/digest.ts";
import type { ReportSubject } from "../gather-report.ts";
import { contentSecurityPolicy, escapeHtml, pagePart, reportHead, reportTail } from "../report-html.ts";
import { admit } from "./access.ts";
import { imagesPage, messagePage } from "./images-page.ts";
import type { ReportShelf } from "./report-shelf.ts";
import { subjectKey } from "./subject-key.ts";

/** What {@link answerVisits} serves. */
export interface Visited {
  readonly token: string;
  readonly port: number;
  readonly shelf: ReportShelf;
  /** The image named on the command line. */
  readonly first: ReportSubject | undefined;
  readonly engine: "docker-daemon" | "podman";
  readonly options: RunOptions;
}

/**
 * Answers requests: the list of the engine's images, and a report on each of them or on the image named on the command
 * line. Only listed images can be requested, so no URL can read a file.
 */
export function answerVisits(visited: Visited): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    answer(request, response, visited).catch((error: unknown) => {
      if (response.writableEnded) return;
      if (!response.headersSent)
        send(response, 500, messagePage("This went wrong", `<p>${escapeHtml(reasonOf(error))}</p>`));
      else response.end(`<p class="waiting failed">${escapeHtml(reasonOf(error))}</p></body></html>`);
    });
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, visited: Visited): Promise<void> {
  const { method = "", url = "", headers } = request;
  const asked = admit({ method, url, headers }, visited);
  if (typeof asked === "number")
    return send(response, asked, messagePage(REFUSALS[asked], "<p>There is nothing to see here.</p>"));
  const { pathname, searchParams } = asked;
  if (pathname === "/") return redirect(response, visited.first === undefined ? "images" : "report");
  if (pathname === "/images") return send(response, 200, await listPage(visited));
  if (pathname !== "/report")
    return send(response, 404, messagePage(REFUSALS[404], '<p><a href="images">All images</a></p>'));
  const wanted = await subjectOf(searchParams.get("image"), visited);
  if (wanted === undefined)
    return send(response, 404, messagePage("No such image", '<p><a href="images">All images</a></p>'));
  await sendReport(response, wanted, visited);
}

const REFUSALS = { 403: "Not from there", 404: "Not found", 405: "Not that way" } as const;

async function listPage({ engine, options }: Visited): Promise<string> {
  const listed = await images(engine, options);
  return imagesPage(listed.images);
}

/** What to read, and its key on the shelf. */
interface Wanted {
  readonly subject: ReportSubject;
  key(signal: AbortSignal): Promise<string>;
}

async function subjectOf(image: string | null, { first, engine, options }: Visited): Promise<Wanted | undefined> {
  if (image === null) return first && { subject: first, key: (signal) => subjectKey(first, { ...options, signal }) };
  const { images: listed } = await images(engine, { ...options, ...filterFor(image.slice(engine.length + 1)) });
  const found = listed.find(({ reference }) => reference === image);
  return found && { subject: { source: image }, key: async () => `${engine} ${found.id}` };
}

/** Excludes most images but not the named one, since an engine is asked about each that is listed. */
function filterFor(name: string): Pick<ImagesOptions, "dangling" | "references"> {
  return isDigest(name) ? { dangling: true } : { references: [name] };
}

/** Sends the head of the page at once, then the report. Closing the connection aborts the reading. */
async function sendReport(
  response: ServerResponse,
  { subject, key }: Wanted,
  { shelf, options }: Visited,
): Promise<void> {
  const left = new AbortController();
  response.on("close", () => left.abort());
  const signal = AbortSignal.any([left.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const program = pagePart("page.js");
  head(response, 200, contentSecurityPolicy([program], [pagePart("page.css")]));
  // A HEAD request gets no body, so no report is read for it.
  if (response.req.method === "HEAD") return void response.end();
  response.write(reportHead(subject.source, { images: "images" }));
  const data = await shelf.get(await key(signal), subject, { signal });
  response.end(await reportTail(data));
}

function redirect(response: ServerResponse, location: string): void {
  response.setHeader("location", location);
  send(response, 302, "");
}

function send(response: ServerResponse, status: number, html: string): void {
  head(response, status, contentSecurityPolicy([], [pagePart("page.css")]));
  response.end(html);
}

/** Sends headers that forbid caching, framing, sniffing and referrers. */
function head(response: ServerResponse, status: number, policy: string): void {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": `${policy}; frame-ancestors 'none'`,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
  });
}

function reasonOf(error: unknown): string {
  if (!isFlattenError(error)) return `INTERNAL: ${String(error)}; this is a bug in planish`;
  const { hint } = error.details;
  return `${error.code}: ${error.message}${hint === undefined ? "" : ` (${hint})`}`;
}
