import { begun } from "../../bytes/begun.ts";
import type { ByteStream } from "../../bytes/byte-stream.ts";
import { TransportError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { RegistrySession } from "./session.ts";
import { counted, PartReader, skipped } from "./stream-parts.ts";
import type { Mount, Upload } from "./upload.ts";
import { type OpenUploads, UploadRun } from "./upload-run.ts";

/** A blob to upload. */
export interface BlobPush {
  readonly blob: Descriptor;
  /** Opens the bytes, each time from the start. */
  readonly open: () => ByteStream;
  /** A repository of the same registry that has it. */
  readonly mountFrom: string | undefined;
  readonly uploads: OpenUploads;
}

/**
 * Tells whether a repository is known to have a blob of this size. False also if the question is refused: some
 * registries redirect HEAD to a storage that allows only GET. Uploading the blob tells more. distribution-spec
 * spec.md#checking-if-content-exists-in-the-registry
 */
export async function blobExists(
  session: RegistrySession,
  blob: Pick<Descriptor, "digest" | "size">,
): Promise<boolean> {
  const response = await session.request({
    method: "HEAD",
    url: session.url(`blobs/${blob.digest}`),
    scopes: [session.scope("pull,push")],
    expect: [200, 404, 403, 405],
  });
  await response.discard();
  const size = response.header("content-length");
  return response.status === 200 && (size === undefined || Number(size) === blob.size);
}

/**
 * Puts a blob into a repository: mounted from another one if possible, else in one PUT. A broken upload continues where
 * the registry says that it stopped, or begins anew; from then on in parts, so that less is lost the next time.
 * @throws ImageInvalidError DIGEST_MISMATCH, SIZE_MISMATCH when the bytes are not the blob's
 * @throws TransportError AUTH_DENIED, DESTINATION_REFUSED, TRANSPORT_FAILED; and what `open` throws
 */
export async function pushBlob(session: RegistrySession, push: BlobPush): Promise<void> {
  const run = new UploadRun(session, push.uploads);
  let { mountFrom } = push;
  await run.attempts(async (number) => {
    // The response to a PUT may have been lost although the blob was stored.
    if (number > 0 && (await blobExists(session, push.blob))) return;
    // A blob that cannot be mounted comes from its source while the upload is opened.
    const early = mountFrom === undefined ? begun(push.open()) : undefined;
    try {
      const upload = await startUpload(run, push, mountFrom);
      mountFrom = undefined;
      if (upload !== undefined) await send(run, upload, { ...push, open: onceThen(early, push.open) });
    } finally {
      early?.drop();
    }
  });
}

/** Opens `early` first, if there is one. */
function onceThen(early: ByteStream | undefined, open: () => ByteStream): () => ByteStream {
  let next = early;
  return () => {
    const stream = next ?? open();
    next = undefined;
    return stream;
  };
}

/** If the mount is refused, usually because there are no rights to the other repository, the blob is uploaded. */
async function startUpload(run: UploadRun, push: BlobPush, mountFrom: string | undefined): Promise<Upload | undefined> {
  if (mountFrom === undefined) return run.upload();
  const mount: Mount = { digest: push.blob.digest, from: mountFrom };
  try {
    return await run.upload(mount);
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    return run.upload();
  }
}

async function send(run: UploadRun, upload: Upload, { blob, open }: BlobPush): Promise<void> {
  const { partBytes } = run;
  const left = blob.size - upload.offset;
  if (upload.offset === 0 && left <= partBytes) {
    const body = () => counted(open(), blob);
    if (!run.byPatch) return run.finish(upload, blob.digest, { body, length: blob.size });
    await upload.append({ body, length: undefined });
    return run.finish(upload, blob.digest);
  }
  const { offset } = upload;
  await using reader = new PartReader(skipped(counted(open(), blob), offset));
  while (upload.offset < blob.size) {
    const length = Math.min(partBytes, blob.size - upload.offset);
    await upload.append({ body: reader.part(length), length });
  }
  await run.finish(upload, blob.digest);
}
