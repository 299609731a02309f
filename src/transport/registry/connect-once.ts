import type { Context } from "../../context.ts";
import type { ImageName } from "../image-name.ts";
import type { PlacedSource } from "../open-place.ts";
import { connectRegistry } from "./connect.ts";
import { noTag } from "./no-tag.ts";
import type { RegistryOptions } from "./options.ts";
import { manifestReference, repositoryOf } from "./repository.ts";
import type { RegistrySession } from "./session.ts";
import { readRegistryImage } from "./source.ts";

/** A registry from which images are read one by one, over the same connections. */
export interface ConnectedRegistry extends AsyncDisposable {
  /** Tokens are shared by the images of a repository. */
  image(name: ImageName): Pick<PlacedSource, "use">;
}

/** @throws TransportError TRANSPORT_FAILED when it does not answer as a registry */
export async function connectOnce(
  registry: string,
  options: RegistryOptions,
  context: Pick<Context, "signal" | "limits">,
): Promise<ConnectedRegistry> {
  const session = await connectRegistry({ registry, repository: "", side: "source" }, options, context);
  const sessions = new Map<string, RegistrySession>();
  return {
    image(name) {
      const { repository } = repositoryOf(name);
      const own = sessions.get(repository) ?? session.about(repository);
      sessions.set(repository, own);
      const wanted = { name, reference: manifestReference(name) };
      return {
        use: async (look) =>
          look(await readRegistryImage(own, wanted, context).catch((error: unknown) => noTag(error, name))),
      };
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}
