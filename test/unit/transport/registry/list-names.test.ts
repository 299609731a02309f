import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../../../src/limits.ts";
import { listRepositories, listTags } from "../../../../src/transport/registry/list-names.ts";
import { sessionWith } from "../../../support/registry/session-with.ts";

const context = { limits: DEFAULT_LIMITS };

describe("the names in a registry", () => {
  test("are read page by page, where the registry says that there are more", async () => {
    const asked: string[] = [];
    const session = await sessionWith(({ url = "" }, response) => {
      asked.push(url);
      const first = !url.includes("last=");
      if (first) response.setHeader("link", '</v2/team/app/tags/list?n=1000&last=1.0>; rel="next"');
      response.end(JSON.stringify({ name: "team/app", tags: first ? ["0.9", "1.0"] : ["latest"] }));
    });
    expect(await listTags(session, context)).toEqual(["0.9", "1.0", "latest"]);
    expect(asked).toEqual(["/v2/team/app/tags/list?n=1000", "/v2/team/app/tags/list?n=1000&last=1.0"]);
  });

  test("may be very many on one page", async () => {
    const tags = Array.from({ length: 200_000 }, (_, at) => `v${at}`);
    const session = await sessionWith((_, response) => response.end(JSON.stringify({ tags, repositories: tags })));
    expect(await listTags(session, context)).toEqual(tags);
    expect(await listRepositories(session, context)).toEqual(tags);
  });

  test("are not read without end", async () => {
    const page = JSON.stringify({ tags: Array.from({ length: 100 }, () => "v".repeat(40_000)) });
    let pages = 0;
    const session = await sessionWith((_, response) => {
      pages += 1;
      response.setHeader("link", `</v2/team/app/tags/list?last=${pages}>; rel="next"`);
      response.end(page);
    });
    await expect(listTags(session, context)).rejects.toMatchObject({
      code: "TRANSPORT_FAILED",
      message: expect.stringMatching(/has more than 64 MiB of names$/),
    });
    expect(pages).toBe(17);
  });

  test.each(["//elsewhere.example/app", "http://elsewhere.example/app", "/app"])(
    "are of the registry itself, even %s",
    async (listed) => {
      const session = await sessionWith((_, response) => response.end(JSON.stringify({ repositories: [listed] })));
      const [repository = ""] = await listRepositories(session, context);
      expect(session.about(repository).url("tags/list").href).toBe(`${session.base.href}${listed}/tags/list`);
    },
  );

  test("are empty if the registry says null", async () => {
    const session = await sessionWith((_, response) => response.end('{"name":"team/app","tags":null}'));
    expect(await listTags(session, context)).toEqual([]);
  });

  test.each(["http://inside:8080/v2/list?page=2", "//elsewhere.example/v2/list?page=2", "/v2/list?page=2"])(
    "are asked for at the registry itself, and go on at the path of %s",
    async (link) => {
      const asked: string[] = [];
      const session = await sessionWith(({ url = "" }, response) => {
        asked.push(url);
        if (asked.length === 1) response.setHeader("link", [`</v2/list>; rel="first"`, `<${link}>; rel="next"`]);
        response.end('{"tags":["1"]}');
      });
      expect(await listTags(session, context)).toEqual(["1", "1"]);
      expect(asked).toEqual(["/v2/team/app/tags/list?n=1000", "/v2/list?page=2"]);
    },
  );

  test.each(["[]", '{"tags":[1]}', "<html>"])("are not read from %s", async (body) => {
    const session = await sessionWith((_, response) => response.end(body));
    await expect(listTags(session, context)).rejects.toMatchObject({ code: "TRANSPORT_FAILED" });
  });

  test("of a registry that does not list its repositories are an error with a hint", async () => {
    const session = await sessionWith((_, response) => response.writeHead(404).end());
    await expect(listRepositories(session, context)).rejects.toMatchObject({
      details: { status: 404, hint: expect.stringContaining("docker://HOST/REPOSITORY") },
    });
  });
});
