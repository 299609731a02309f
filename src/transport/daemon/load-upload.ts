import type { ByteStream } from "../../bytes/byte-stream.ts";
import { TransportError } from "../../errors.ts";
import { BLOCK_SIZE, paddedSize } from "../../tar/block.ts";
import { memberHeader } from "../archive/member-header.ts";
import type { EngineClient } from "./client.ts";
import { Handover } from "./handover.ts";
import { readMessages, refusedByStatus } from "./messages.ts";
import { UploadSignal } from "./upload-signal.ts";

/** A member of the archive that is sent; its size must be known before its first byte. */
export interface UploadMember {
  readonly path: string;
  /** Bytes of `stream`. */
  readonly size: number;
  readonly stream: ByteStream;
}

const TOO_EARLY = "the engine ended its answer before it had the whole image";

/**
 * The upload of an archive to an engine: one request that stays open while members are produced, so that planish makes
 * no copy of the archive. The engine does nothing with it before it is complete, and drops it if the connection breaks.
 */
export class LoadUpload {
  readonly #members = new Handover<UploadMember>();
  readonly #signal: UploadSignal;
  readonly #answer: Promise<void>;

  constructor(client: EngineClient, signal: AbortSignal) {
    this.#signal = new UploadSignal(signal);
    this.#answer = this.#send(client).finally(() => this.#signal[Symbol.dispose]());
    // `add` rejects when the request fails, and when the engine answers before it has the whole archive.
    this.#answer.then(
      () => this.#members.fail(new TransportError("TRANSPORT_FAILED", TOO_EARLY)),
      (error: unknown) => this.#members.fail(error),
    );
  }

  /** Sends one member; resolves when all its bytes have been passed to the system. The caller must await each call. */
  add(member: UploadMember): Promise<void> {
    return this.#members.put(member);
  }

  /** Ends the archive and waits until the engine has loaded the image. @throws as {@link readMessages} */
  async finish(): Promise<void> {
    this.#members.end();
    return this.#answer;
  }

  /** Closes the connection, so that the engine keeps nothing; resolves when the request has ended. */
  async abort(): Promise<void> {
    this.#signal.abort(new Error("the upload was given up"));
    await this.#answer.catch(() => {});
  }

  async #send(client: EngineClient): Promise<void> {
    const query = { quiet: "1" };
    const headers = { "content-type": "application/x-tar" };
    const request = {
      method: "POST",
      path: "/images/load",
      query,
      headers,
      body: this.#signal.body(archive(this.#members)),
      signal: this.#signal.signal,
    } as const;
    const { body } = await client.request(request).catch(refusedByStatus);
    await readMessages(body);
  }
}

async function* archive(members: AsyncIterable<UploadMember>): ByteStream {
  for await (const { path, size, stream } of members) {
    yield memberHeader(path, size);
    let sent = 0;
    for await (const chunk of stream) {
      sent += chunk.length;
      yield chunk;
    }
    if (sent !== size) throw new Error(`${path} has ${sent} bytes where ${size} were announced`);
    const padding = paddedSize(sent) - sent;
    if (padding > 0) yield new Uint8Array(padding);
  }
  yield new Uint8Array(2 * BLOCK_SIZE);
}
