import { request } from "node:http";
import { Server } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type ReportServer, serveReports } from "../../../../src/index.ts";
import { ReportShelf } from "../../../../src/report/ui/report-shelf.ts";
import { fakeEngines } from "../../../support/fake-engine.ts";
import { dockerClassic, writeArchive } from "../../../support/image-archives.ts";
import { image } from "../../../support/image-fixture.ts";
import { readReport } from "../../../support/read-report.ts";
import { file, layer } from "../../../support/tar-fixture.ts";
import { testFolder } from "../../../support/test-folder.ts";

const folder = testFolder();
const engines = fakeEngines(folder);
const nowhere = { docker: { host: "unix:///nowhere/docker.sock" } };
let open: ReportServer | undefined;
afterEach(() => open?.[Symbol.asyncDispose]());

function writeApp(content: string): string {
  const app = image({ tags: ["app:1"], layers: [layer(file("a", content))] });
  return writeArchive(folder.in("app.tar"), dockerClassic(app));
}

async function serve(): Promise<URL> {
  open = await serveReports(writeApp("1"), nowhere);
  return new URL(open.url);
}

describe("the server of planish ui", () => {
  test("shows the named image, as the page that planish report writes", async () => {
    const url = await serve();
    expect([url.hostname, url.pathname.length > 40]).toEqual(["127.0.0.1", true]);
    const response = await fetch(url);
    const html = await response.text();
    expect([response.status, new URL(response.url).pathname]).toEqual([200, `${url.pathname}report`]);
    expect(readReport(html)).toMatchObject({ names: ["app:1"] });
    expect(html).toContain('<link rel="up" href="images">');
    const { headers } = response;
    expect(headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; script-src 'sha256-.*; frame-ancestors 'none'$/,
    );
    expect([headers.get("cache-control"), headers.get("x-content-type-options")]).toEqual(["no-store", "nosniff"]);
  });

  test("shows a changed image anew, and reads an unchanged one only once", async () => {
    const url = await serve();
    const seen = async () => readReport(await (await fetch(url)).text());
    const first = await seen();
    expect(await seen()).toEqual(first);
    writeApp("2");
    const second = await seen();
    expect(second.config.text).not.toBe(first.config.text);
    expect(await seen()).toEqual(second);
  });

  test("goes on when a connection cannot be accepted", async () => {
    const listening = vi.spyOn(Server.prototype, "listen");
    const url = await serve();
    (listening.mock.contexts.at(-1) as Server).emit("error", new Error("accept EMFILE"));
    expect((await fetch(url, { method: "HEAD" })).status).toBe(200);
  });

  test("reads nothing for a HEAD request", async () => {
    const page = new URL("report", await serve());
    const whole = await fetch(page);
    await whole.text();
    const read = vi.spyOn(ReportShelf.prototype, "get");
    const { status, headers } = await fetch(page, { method: "HEAD" });
    expect([status, headers.get("content-security-policy")]).toEqual([
      200,
      whole.headers.get("content-security-policy"),
    ]);
    expect(read).not.toHaveBeenCalled();
    read.mockRestore();
  });

  test("reveals nothing without the token or under another host name", async () => {
    const url = await serve();
    expect((await fetch(new URL("/", url))).status).toBe(404);
    expect((await fetch(new URL("/report", url))).status).toBe(404);
    expect((await fetch(url, { method: "POST" })).status).toBe(405);
    expect(await statusAs("evil.example", url)).toBe(403);
  });

  test("reads no file named in a URL", async () => {
    const url = await serve();
    for (const path of ["docker-archive:/etc/passwd", folder.in("app.tar")]) {
      const response = await fetch(new URL(`report?image=${encodeURIComponent(path)}`, url));
      expect(response.status).not.toBe(200);
      expect(await response.text()).not.toContain('id="data"');
    }
  });

  test("says on the page that the engine cannot be reached", async () => {
    const response = await fetch(new URL("images", await serve()));
    expect([response.status, await response.text()]).toEqual([500, expect.stringContaining("DAEMON_UNREACHABLE")]);
  });

  test("asks the engine about the image to show, not about all others", async () => {
    const asked: string[] = [];
    const { text } = await engines.listen(({ url = "" }, response) => {
      asked.push(url);
      const listed = ["app:1", "app:2"].map((tag) => ({ Id: tag, RepoTags: [tag], Created: 1, Size: 1 }));
      response.end(url.includes("/images/json") ? JSON.stringify(listed) : "{}");
    }, "1.41");
    open = await serveReports(undefined, { docker: { host: text } });
    await (await fetch(new URL("report?image=docker-daemon:app:2", open.url))).text();
    expect(asked.filter((url) => url.includes("app%3A1"))).toEqual([]);
    expect(asked.filter((url) => url.includes("app%3A2"))).not.toEqual([]);
    expect((await fetch(new URL("report?image=docker-daemon:app:*", open.url))).status).not.toBe(200);
  });

  test("fails at once for a bad image or a port in use", async () => {
    await expect(serveReports(folder.in("missing.tar"), nowhere)).rejects.toMatchObject({ code: "SOURCE_NOT_FOUND" });
    const { port } = await serve();
    await expect(serveReports(undefined, { port: Number(port) })).rejects.toMatchObject({
      code: "TRANSPORT_FAILED",
      message: `cannot listen on 127.0.0.1:${port}: another program uses it`,
    });
  });
});

function statusAs(host: string, url: URL): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
}
