import pLimit from "p-limit";
import type { Context } from "../../context.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { isFlattenError } from "../../errors.ts";
import { familiarName } from "../image-name.ts";
import type { OpenPlace, PlacedSource } from "../open-place.ts";
import type { RegistryPlace, RepositoryPlace } from "../place.ts";
import { namedReference } from "../reference.ts";
import { connectRegistry } from "./connect.ts";
import { listRepositories, listTags } from "./list-names.ts";
import type { RegistryOptions } from "./options.ts";
import { manifestReference, repositoryOf } from "./repository.ts";
import type { RegistrySession } from "./session.ts";
import { readRegistryImage } from "./source.ts";

/**
 * The tags of a repository, or of every repository of a registry: names are listed first, a manifest is read when its
 * source is opened. Repositories of a registry that may not be read become diagnostics, which are complete after the
 * last source.
 * @throws TransportError SOURCE_NOT_FOUND, AUTH_DENIED, TRANSPORT_FAILED; also if the registry does not list its
 * repositories
 */
export async function registrySources(
  place: RepositoryPlace | RegistryPlace,
  options: RegistryOptions,
  context: Pick<Context, "signal" | "limits">,
): Promise<OpenPlace> {
  const repository =
    place.kind === "repository" ? repositoryOf(place.name) : { registry: place.registry, repository: "" };
  const session = await connectRegistry({ ...repository, side: "source" }, options, context);
  try {
    const diagnostics: Diagnostic[] = [];
    const tell = (diagnostic: Diagnostic): void => void diagnostics.push(diagnostic);
    const sources =
      place.kind === "repository"
        ? await repositorySources(place, session, context)
        : everySource(place, session, { ...context, tell });
    return { diagnostics, sources, [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]() };
  } catch (error) {
    await session[Symbol.asyncDispose]();
    throw error;
  }
}

async function repositorySources(
  { name }: Pick<RepositoryPlace, "name">,
  session: RegistrySession,
  context: Pick<Context, "limits">,
): Promise<PlacedSource[]> {
  const one = name.tag ?? name.digest;
  const tags = one === undefined ? await listTags(session, context) : [manifestReference(name)];
  return tags.map((tag) => {
    const digest = tag === name.digest;
    const tagged = digest ? name : { repository: name.repository, tag };
    const text = digest ? `${name.repository}@${tag}` : familiarName(tagged);
    const use: PlacedSource["use"] = async (look) =>
      look(await readRegistryImage(session, { name: tagged, reference: tag }, context));
    return { names: digest ? [] : [text], reference: namedReference("docker", text), text, use };
  });
}

/** Repositories whose tags are asked for at the same time. */
const AT_ONCE = 8;

/** All repositories share the connections of one session: there may be thousands. */
async function* everySource(
  { registry }: RegistryPlace,
  session: RegistrySession,
  context: Pick<Context, "limits"> & { readonly tell: (diagnostic: Diagnostic) => void },
): AsyncGenerator<PlacedSource> {
  const limit = pLimit(AT_ONCE);
  const list = async (path: string): Promise<readonly PlacedSource[] | Diagnostic> => {
    const repository = `${registry}/${path}`;
    try {
      return await repositorySources({ name: { repository } }, session.about(path), context);
    } catch (error) {
      if (isFlattenError(error) && error.code === "AUTH_DENIED") {
        const message = `docker://${repository} cannot be read: ${error.message}`;
        return { rule: "image-unreadable", message, strict: false };
      }
      // Docker's registry goes on listing a repository without tags, and answers 404 for it.
      if (isFlattenError(error) && error.code === "SOURCE_NOT_FOUND") return [];
      // A registry that fails or limits its requests does not get thousands more.
      limit.clearQueue();
      throw error;
    }
  };
  const listed = (await listRepositories(session, context)).map((path) => limit(list, path));
  // A failure is thrown when its turn comes.
  for (const one of listed) one.catch(() => {});
  try {
    for (const one of listed) {
      const found = await one;
      if ("rule" in found) context.tell(found);
      else yield* found;
    }
  } finally {
    limit.clearQueue();
  }
}
