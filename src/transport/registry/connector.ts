/// <reference path="./undici-parts.d.ts" />
import tls from "node:tls";
import type { buildConnector } from "undici";
import connectorWith from "undici/lib/core/connect.js";
import type { Trust } from "./certificates.ts";
import { isLoopback } from "./endpoint.ts";
import { speaksNoTls } from "./network-failure.ts";
import type { RegistrySettings } from "./options.ts";

/**
 * Makes undici's connections to a registry, and loads certificates only if the registry speaks TLS. On loopback, where
 * plain HTTP is allowed, a first handshake that trusts no certificate finds that out; it is then repeated with
 * certificates. Errors of `trust` become those of the connection. Aborting `closing` ends all connections, also those
 * not yet established.
 */
export function registryConnector(
  trust: Trust,
  { tlsVerify, timeouts }: Pick<RegistrySettings, "tlsVerify" | "timeouts">,
  closing: AbortSignal,
): buildConnector.connector {
  // HTTP/2 would read concurrent blobs over one connection, where a lost packet delays all of them.
  const common = { allowH2: false, timeout: timeouts.connect, signal: closing };
  const plain = connectorWith(common);
  let secure: buildConnector.connector | undefined;
  return (options, callback) => {
    if (options.protocol !== "https:") plain(options, callback);
    else if (secure === undefined && tlsVerify && isLoopback(options.hostname)) probe(options, callback);
    else connectSecurely(options, callback);
  };

  function probe(options: buildConnector.Options, callback: buildConnector.Callback): void {
    const secureContext = tls.createSecureContext({ ca: [] });
    const connect = connectorWith({ ...common, secureContext, rejectUnauthorized: true });
    connect(options, (error, socket) => {
      socket?.destroy();
      if (error !== null && (closing.aborted || speaksNoTls(error))) callback(error, null);
      else connectSecurely(options, callback);
    });
  }

  function connectSecurely(options: buildConnector.Options, callback: buildConnector.Callback): void {
    try {
      secure ??= connectorWith({ ...common, secureContext: trust(), rejectUnauthorized: tlsVerify });
    } catch (error) {
      callback(error as Error, null);
      return;
    }
    secure(options, callback);
  }
}
