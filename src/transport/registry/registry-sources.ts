import type { Context } from "../../context.ts";
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
 * The tags of a repository, or of every repository of a registry: names first, and a manifest when its source is opened.
 * @throws TransportError SOURCE_NOT_FOUND, AUTH_DENIED, TRANSPORT_FAILED; also where the registry does not list its repositories
 */
export async function registrySources(
  place: RepositoryPlace | RegistryPlace,
  options: RegistryOptions,
  context: Pick<Context, "signal" | "limits">,
): Promise<OpenPlace> {
  const sessions: RegistrySession[] = [];
  const connect = async (registry: string, repository: string): Promise<RegistrySession> => {
    const session = await connectRegistry({ registry, repository, side: "source" }, options, context);
    sessions.push(session);
    return session;
  };
  const close = async (): Promise<void> => {
    await Promise.all(sessions.map((session) => session[Symbol.asyncDispose]()));
  };
  try {
    const sources =
      place.kind === "repository"
        ? await repositorySources(place, connect, context)
        : everySource(place, connect, context);
    return { diagnostics: [], sources, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Connect = (registry: string, repository: string) => Promise<RegistrySession>;

async function repositorySources(
  { name }: Pick<RepositoryPlace, "name">,
  connect: Connect,
  context: Pick<Context, "limits">,
): Promise<PlacedSource[]> {
  const { registry, repository } = repositoryOf(name);
  const session = await connect(registry, repository);
  const one = name.tag ?? name.digest;
  const tags = one === undefined ? await listTags(session, context) : [manifestReference(name)];
  return tags.map((tag) => {
    const digest = tag === name.digest;
    const tagged = digest ? name : { repository: name.repository, tag };
    const text = digest ? `${name.repository}@${tag}` : familiarName(tagged);
    const open = () => readRegistryImage(session, { name: tagged, reference: tag }, context);
    return { names: digest ? [] : [text], reference: namedReference("docker", text), text, open };
  });
}

async function* everySource(
  { registry }: RegistryPlace,
  connect: Connect,
  context: Pick<Context, "limits">,
): AsyncGenerator<PlacedSource> {
  for (const repository of await listRepositories(await connect(registry, ""), context)) {
    yield* await repositorySources({ name: { repository: `${registry}/${repository}` } }, connect, context);
  }
}
