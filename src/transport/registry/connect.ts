import type { Context } from "../../context.ts";
import { TransportError } from "../../errors.ts";
import { checkAuthFile } from "./credential-file.ts";
import type { HelperAnswers } from "./credential-helper.ts";
import { apiHost, isLoopback } from "./endpoint.ts";
import { createHttpClient } from "./http-client.ts";
import { mayBePlainHttp, saysNotTls } from "./network-failure.ts";
import { type RegistryOptions, registrySettings } from "./options.ts";
import { withRetry } from "./retry.ts";
import { RegistrySession, type SessionParts, type SessionTarget } from "./session.ts";

/**
 * Opens a session with a registry over https, or over plain HTTP where that is allowed (loopback, or
 * `tlsVerify: false`) and TLS is not spoken.
 * @throws TransportError TRANSPORT_FAILED when it does not answer as a registry, or a file that the options name
 * cannot be used
 */
export async function connectRegistry(
  target: SessionTarget,
  options: RegistryOptions,
  { signal }: Pick<Context, "signal">,
): Promise<RegistrySession> {
  const settings = registrySettings(options);
  await checkAuthFile(settings);
  const answers: HelperAnswers = new Map();
  const client = await createHttpClient({ registry: target.registry, settings, signal });
  try {
    return await withRetry(() => negotiate({ target, client, settings, signal, answers }), settings.retry, signal);
  } catch (error) {
    await client[Symbol.asyncDispose]();
    throw error;
  }
}

async function negotiate(parts: Omit<SessionParts, "base">): Promise<RegistrySession> {
  const host = apiHost(parts.target.registry);
  const secure = new RegistrySession({ ...parts, base: new URL(`https://${host}/v2/`) });
  try {
    await secure.ping();
    return secure;
  } catch (error) {
    const plainAllowed = !parts.settings.tlsVerify || isLoopback(host);
    if (!plainAllowed || !(error instanceof TransportError) || !mayBePlainHttp(error)) throw error;
    return await plain({ ...parts, base: new URL(`http://${host}/v2/`) }, error);
  }
}

/**
 * Throws the TLS error if plain HTTP fails too, or is answered with 400, as by Go's TLS servers; but not if it only
 * says that TLS is not spoken.
 */
async function plain(parts: SessionParts, tlsError: TransportError): Promise<RegistrySession> {
  const session = new RegistrySession(parts);
  try {
    await session.ping();
    return session;
  } catch (error) {
    const status = error instanceof TransportError ? error.details.status : undefined;
    const answered = status !== undefined && status !== 400;
    throw answered || saysNotTls(tlsError) ? error : tlsError;
  }
}
