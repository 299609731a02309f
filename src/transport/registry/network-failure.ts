import { TransportError } from "../../errors.ts";
import type { HttpRequest } from "./exchange.ts";
import { printable, redactUrl } from "./redact.ts";

/**
 * Failures after which another attempt usually succeeds. Codes of the system, of undici, and of llhttp (`HPE_…`: a
 * response cut in its headers).
 */
const TEMPORARY =
  /^(ECONNRESET|ECONNABORTED|ECONNREFUSED|EPIPE|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|ENETDOWN|EHOSTUNREACH|EHOSTDOWN|UND_ERR_(SOCKET|INFO|CONNECT_TIMEOUT|HEADERS_TIMEOUT|BODY_TIMEOUT|PRX_CONN|RES_CONTENT_LENGTH_MISMATCH)|HPE_\w+)$/;

const CERTIFICATE = /^(DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_|ERR_TLS_CERT|ERR_SSL_TLSV1_ALERT_UNKNOWN_CA)/;
const NOT_TLS = /^(ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG|EPROTO)$/;

const EXPLANATIONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was cut",
  ENOTFOUND: "no such host",
  EAI_AGAIN: "the name server does not answer",
  UND_ERR_SOCKET: "the connection was cut",
  UND_ERR_INFO: "the connection was cut",
  UND_ERR_CONNECT_TIMEOUT: "no connection was made in time",
  UND_ERR_HEADERS_TIMEOUT: "no answer came in time",
  UND_ERR_BODY_TIMEOUT: "the transfer stalled",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "the connection was cut",
  UND_ERR_ABORTED: "the proxy refuses to connect",
  UND_ERR_PRX_CONN: "the proxy cut the connection",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate comes from an authority that is not trusted here",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate comes from an authority that is not trusted here",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate comes from an authority that is not trusted here",
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "it does not speak TLS",
};

/**
 * The TransportError for what undici or the system threw during a request; a TransportError is returned as it is.
 * `details.temporary` says whether to try again, `details.errno` is the system's code. The thrown error is not kept as
 * cause, since it may contain the URL of a proxy with its password.
 */
export function networkError(error: unknown, request: Pick<HttpRequest, "method" | "url">): TransportError {
  if (error instanceof TransportError) return error;
  const errno = errorCode(error);
  const reason = wantsProxyPassword(error)
    ? PROXY_PASSWORD
    : (EXPLANATIONS[errno] ?? (errno || printable(String(error))));
  const url = redactUrl(request.url);
  const hint = hintFor(errno, request.url);
  return new TransportError("TRANSPORT_FAILED", `${request.method} ${url} failed: ${reason}`, {
    details: {
      method: request.method,
      url,
      errno,
      temporary: TEMPORARY.test(errno),
      ...(hint === undefined ? {} : { hint }),
    },
  });
}

const PROXY_PASSWORD = "the proxy does not accept the user and password";

/** undici has no error code for it if the proxy is used without a tunnel. */
function wantsProxyPassword(error: unknown): boolean {
  return error instanceof Error && /\b407\b/.test(error.message) && /proxy/i.test(error.message);
}

/**
 * Tells whether TLS failed because the other end speaks something else, or nothing, so that plain HTTP may be tried if
 * it is allowed.
 */
export function mayBePlainHttp(error: TransportError): boolean {
  return saysNotTls(error) || /^(ECONNREFUSED|ECONNRESET|UND_ERR_SOCKET)$/.test(String(error.details.errno));
}

/** Tells whether TLS failed because the other end speaks something else. */
export function saysNotTls(error: TransportError): boolean {
  return NOT_TLS.test(String(error.details.errno));
}

/** Tells whether a connection failed because the other end speaks something else than TLS, or nothing. */
export function speaksNoTls(error: Error): boolean {
  const errno = errorCode(error);
  return NOT_TLS.test(errno) || /^(ECONNREFUSED|UND_ERR_CONNECT_TIMEOUT)$/.test(errno);
}

/** `connect` failures to several addresses of one name come as an AggregateError with the code of the first. */
function errorCode(error: unknown): string {
  if (typeof error !== "object" || error === null) return "";
  if ("code" in error && typeof error.code === "string" && error.code !== "UND_ERR_PRX_TLS") return error.code;
  return "cause" in error ? errorCode(error.cause) : "";
}

function hintFor(errno: string, url: URL): string | undefined {
  if (CERTIFICATE.test(errno)) {
    const place = `/etc/docker/certs.d/${url.host}/ca.crt`;
    return `put the authority's certificate into ${place} or give it with --ca-file; --tls-verify=false trusts anybody`;
  }
  if (errno === "UND_ERR_ABORTED") return "check HTTPS_PROXY and NO_PROXY, including the proxy's user and password";
  return NOT_TLS.test(errno) ? "a registry that speaks plain HTTP needs --tls-verify=false" : undefined;
}
