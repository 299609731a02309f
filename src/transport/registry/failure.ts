import { type TransportCode, TransportError } from "../../errors.ts";
import type { HttpRequest, HttpResponse } from "./exchange.ts";
import { parseJson } from "./parse-json.ts";
import { printable, redactUrl, type Secrets } from "./redact.ts";
import { retryAfterSeconds } from "./retry.ts";

/** Bytes of an error's body that are read. */
const MAX_ERROR_BYTES = 64 * 1024;
const MAX_SHOWN_ERRORS = 5;

/** What {@link statusError} needs to know besides the response. */
export interface FailureContext {
  /** Whether an image is read or written, or a token is requested, which decides what a 404 means. */
  readonly side: "source" | "destination" | "token";
  readonly secrets: Secrets;
  /** Whether the response is from the registry or its token server, and not from a server that they redirected to. */
  readonly trusted: boolean;
  /** The hint of an AUTH_DENIED. */
  readonly authHint?: string | undefined;
}

/** One of the errors that a registry names; either text may be empty. distribution-spec spec.md#error-codes */
interface RegistryError {
  readonly code: string;
  readonly message: string;
}

/**
 * The error for a response with an unexpected status, with the registry's own codes in `details.registryCodes`.
 * `details.temporary` is true when the same request may succeed later. Reads at most 64 KiB of the body.
 */
export async function statusError(
  response: HttpResponse,
  request: Pick<HttpRequest, "method">,
  context: FailureContext,
): Promise<TransportError> {
  const errors = await registryErrors(response);
  const { status } = response;
  const shown = errors.slice(0, MAX_SHOWN_ERRORS).map(({ code, message }) => {
    return context.secrets.show([code, message].filter((part) => part !== "").join(": "));
  });
  const url = redactUrl(response.url);
  const code = transportCode(response, context);
  const hint = hintFor(code, status, context);
  const retryAfter = retryAfterSeconds(response.header("retry-after"));
  return new TransportError(code, [`${request.method} ${url} was answered with ${status}`, ...shown].join("; "), {
    details: {
      status,
      method: request.method,
      url,
      registryCodes: errors.flatMap(({ code }) => (code === "" ? [] : [context.secrets.show(code)])),
      temporary: isTemporaryStatus(status),
      ...(retryAfter !== undefined && { retryAfter }),
      ...(hint !== undefined && { hint }),
    },
  });
}

/** Tells whether a registry gave one of these codes as its reason. distribution-spec spec.md#error-codes */
export function hasRegistryCode(error: unknown, codes: readonly string[]): error is TransportError {
  const named = error instanceof TransportError ? error.details.registryCodes : undefined;
  return Array.isArray(named) && named.some((code) => codes.includes(code));
}

/** RFC 9110 §15.5.9, RFC 6585 §4; all 5xx except permanent ones. */
function isTemporaryStatus(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

function transportCode({ status }: HttpResponse, { side, trusted }: FailureContext): TransportCode {
  if (isTemporaryStatus(status)) return "TRANSPORT_FAILED";
  if (trusted && (status === 401 || status === 403)) return "AUTH_DENIED";
  if (side === "source" && (status === 404 || status === 410)) return "SOURCE_NOT_FOUND";
  return side === "destination" && status >= 400 && status < 500 ? "DESTINATION_REFUSED" : "TRANSPORT_FAILED";
}

function hintFor(code: TransportCode, status: number, context: FailureContext): string | undefined {
  if (code === "AUTH_DENIED") return context.authHint;
  if (status === 413) return "a proxy in front of the registry limits the size of a request: raise its limit";
  if (status === 429) return "the registry limits how often it may be asked: log in, or try again later";
  return undefined;
}

async function registryErrors(response: HttpResponse): Promise<readonly RegistryError[]> {
  // Of a proxy's page, or a truncated body, only the status is known.
  const answer = parseJson(await boundedText(response)) as { readonly errors?: unknown } | null | undefined;
  return Array.isArray(answer?.errors) ? answer.errors.flatMap(registryError) : registryError(answer);
}

function registryError(value: unknown): readonly RegistryError[] {
  if (typeof value !== "object" || value === null) return [];
  const { code, ...rest } = value as Record<string, unknown>;
  const message = TEXTS.map((name) => rest[name]).find((text) => typeof text === "string") ?? "";
  if (typeof code === "string") return [{ code: printable(code), message }];
  return message === "" ? [] : [{ code: "", message }];
}

/**
 * Where an error has its text: by the specification, in an answer of Docker Hub's token server, and in one of OAuth 2.
 * Artifactory's errors have no code. RFC 6749 §5.2
 */
const TEXTS: readonly string[] = ["message", "details", "error_description", "error"];

async function boundedText(response: HttpResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.stream()) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MAX_ERROR_BYTES) break;
    }
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
  }
  return Buffer.concat(chunks).subarray(0, MAX_ERROR_BYTES).toString("utf8");
}
