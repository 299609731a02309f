/**
 * What tools attach to images: signatures of cosign, artifacts with a subject, and the index that lists them, as each
 * tool writes it.
 */
import { blob, descriptor, type FixtureBlob, json } from "./image-fixture.ts";

/** A manifest, and the blobs that it names. */
export interface Attached {
  readonly manifest: FixtureBlob;
  readonly blobs: readonly FixtureBlob[];
}

const OCI = "application/vnd.oci.image";
const SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json";

/** The tag for the referrers of a digest, with the suffix that cosign adds. */
export function tagOf(digest: string, suffix = ""): string {
  return `${digest.replace(":", "-")}${suffix}`;
}

/** What `cosign sign` puts under `sha256-….sig`: the config of an image, and the signed text as a layer. */
export function cosignSignature(digest: string): Attached {
  const payload = blob(SIMPLE_SIGNING, json({ critical: { image: { "docker-manifest-digest": digest } } }));
  const config = blob(
    `${OCI}.config.v1+json`,
    json({ architecture: "", os: "", rootfs: { type: "layers", diff_ids: [payload.digest] } }),
  );
  const layers = [descriptor(payload, { annotations: { "dev.cosignproject.cosign/signature": "MEUCIQ==" } })];
  return { manifest: manifestOf({ config: descriptor(config), layers }), blobs: [payload, config] };
}

/** A manifest that names an image as its subject, as ORAS, notation and newer cosign write it. */
export function artifact(subject: FixtureBlob, artifactType: string): Attached {
  const config = blob("application/vnd.oci.empty.v1+json", json({}));
  const content = blob("text/plain", Buffer.from(`${artifactType} of ${subject.digest}`));
  const words = {
    artifactType,
    config: descriptor(config),
    layers: [descriptor(content)],
    subject: descriptor(subject),
  };
  return { manifest: manifestOf(words), blobs: [config, content] };
}

/** An index of referrers, as in the answer of a registry's API and under a tag of the tag schema. */
export function referrersIndex(...attached: readonly Attached[]): FixtureBlob {
  const mediaType = `${OCI}.index.v1+json`;
  const manifests = attached.map(({ manifest }) => {
    const { artifactType } = JSON.parse(Buffer.from(manifest.bytes).toString()) as { artifactType?: string };
    return descriptor(manifest, { artifactType });
  });
  return blob(mediaType, json({ schemaVersion: 2, mediaType, manifests }));
}

function manifestOf(words: object): FixtureBlob {
  const mediaType = `${OCI}.manifest.v1+json`;
  return blob(mediaType, json({ schemaVersion: 2, mediaType, ...words }));
}
