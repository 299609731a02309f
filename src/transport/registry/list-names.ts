import * as v from "valibot";
import { collect } from "../../bytes/collect.ts";
import type { Context } from "../../context.ts";
import { isFlattenError, TransportError } from "../../errors.ts";
import { nextPage } from "./next-page.ts";
import { parseJson } from "./parse-json.ts";
import { redactUrl } from "./redact.ts";
import type { RegistrySession } from "./session.ts";

/** Names requested per page; a registry may return fewer. */
const PAGE = 1000;
/** Limits for lists without end; all names must fit in memory. */
const MAX_PAGES = 10_000;
const MAX_MEBIBYTES = 64;

/**
 * The tags of the session's repository, in the registry's order, page by page. distribution-spec spec.md#listing-tags
 * @throws TransportError SOURCE_NOT_FOUND, AUTH_DENIED, TRANSPORT_FAILED
 */
export async function listTags(session: RegistrySession, context: Pick<Context, "limits">): Promise<string[]> {
  const first = session.url(`tags/list?n=${PAGE}`);
  const pages = readPages(session, { first, scope: session.scope("pull") }, context);
  const tags: string[][] = [];
  for await (const page of pages) tags.push(page.tags ?? []);
  return tags.flat();
}

/**
 * The repositories of a registry. Not a part of the distribution-spec, and not every registry lists them.
 * @throws TransportError SOURCE_NOT_FOUND, AUTH_DENIED, TRANSPORT_FAILED with a hint
 */
export async function listRepositories(session: RegistrySession, context: Pick<Context, "limits">): Promise<string[]> {
  const first = new URL(`_catalog?n=${PAGE}`, session.base);
  const repositories: string[][] = [];
  try {
    const pages = readPages(session, { first, scope: "registry:catalog:*" }, context);
    for await (const page of pages) repositories.push(page.repositories ?? []);
  } catch (error) {
    if (!isFlattenError(error) || typeof error.details.status !== "number") throw error;
    const hint = "not every registry lists its repositories: name one, as in docker://HOST/REPOSITORY";
    error.details = { hint, ...error.details };
    throw error;
  }
  return repositories.flat();
}

interface Listing {
  readonly first: URL;
  readonly scope: string;
}

const namesSchema = v.nullish(v.array(v.string()));
const pageSchema = v.looseObject({ tags: namesSchema, repositories: namesSchema });

async function* readPages(
  session: RegistrySession,
  { first, scope }: Listing,
  { limits }: Pick<Context, "limits">,
): AsyncGenerator<v.InferOutput<typeof pageSchema>> {
  let url: URL | undefined = first;
  let total = 0;
  for (let page = 0; url !== undefined; page += 1) {
    if (page === MAX_PAGES) throw failed(first, `has more than ${MAX_PAGES} pages`);
    const response = await session.request({ method: "GET", url, scopes: [scope], expect: [200] });
    const bytes = await collect(response.stream(), limits.manifestBytes, "manifestBytes");
    total += bytes.length;
    if (total > MAX_MEBIBYTES * 1024 * 1024) throw failed(first, `has more than ${MAX_MEBIBYTES} MiB of names`);
    const value = parseJson(bytes);
    const result = v.safeParse(pageSchema, Array.isArray(value) ? undefined : value);
    if (!result.success) throw failed(url, "is not a list of names");
    yield result.output;
    url = nextPage(response.headerValues("link"), url);
  }
}

function failed(url: URL, what: string): TransportError {
  return new TransportError("TRANSPORT_FAILED", `${redactUrl(url)} ${what}`);
}
