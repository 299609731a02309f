import type { Diagnostic } from "../diagnostic.ts";
import { LimitError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import { type Descriptor, saysArtifact } from "../oci/descriptor.ts";
import type { Document } from "../oci/document.ts";
import { type ImageIndex, parseIndex } from "../oci/image-index.ts";
import { isIndexType, isManifestType, isSchema1Type } from "../oci/media-type.ts";
import { formatPlatform } from "../oci/platform.ts";
import type { Source } from "../transport/contracts.ts";
import type { NotAnImage } from "./check-layers.ts";
import { isUnknown } from "./image-platform.ts";
import { isAbsent, readDocument } from "./read-document.ts";

/** An index with the indexes nested in it. */
export interface IndexTree {
  readonly document: Document<ImageIndex>;
  /** One element for each entry of the index: the nested index, or undefined if the entry is not one that was read. */
  readonly nested: readonly (IndexTree | undefined)[];
}

/** What an index and the indexes nested in it list. */
export interface IndexContents {
  readonly tree: IndexTree;
  /** Manifests that may be images, in the order of the index, each once for every platform that the index gives it. */
  readonly candidates: readonly Descriptor[];
  /** Attestations and artifacts, as far as the index shows it. */
  readonly others: readonly NoImage[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A manifest that describes no image. */
export interface NoImage {
  readonly what: NotAnImage;
  readonly descriptor: Descriptor;
}

/**
 * Reads an index and the indexes nested in it. Nested indexes that are not in the source are skipped with a diagnostic.
 * @throws ImageInvalidError MANIFEST_INVALID
 * @throws LimitError LIMIT_EXCEEDED (indexDepth, indexEntries for all entries together, manifestBytes, jsonDepth)
 */
export async function readIndexTree(source: Source, root: Descriptor, limits: Limits): Promise<IndexContents> {
  const candidates = new Map<string, Descriptor>();
  const others: NoImage[] = [];
  const diagnostics: Diagnostic[] = [];
  let entries = 0;
  const tree = await readTree(root, 1);
  return { tree, candidates: [...candidates.values()], others, diagnostics };

  async function readTree(descriptor: Descriptor, depth: number): Promise<IndexTree> {
    if (depth > limits.indexDepth) throw new LimitError("indexDepth", limits.indexDepth, depth);
    const document = await readDocument(source, descriptor, { kind: INDEX, limits });
    entries += document.json.manifests.length;
    if (entries > limits.indexEntries) {
      throw new LimitError("indexEntries", limits.indexEntries, entries, { digest: descriptor.digest });
    }
    const nested: (IndexTree | undefined)[] = [];
    for (const entry of document.json.manifests) nested.push(await readEntry(entry, depth));
    return { document, nested };
  }

  async function readEntry(entry: Descriptor, depth: number): Promise<IndexTree | undefined> {
    const what = whatElse(entry);
    if (what !== undefined) others.push({ what, descriptor: entry });
    else if (!isIndexType(entry.mediaType)) candidates.set(namedImage(entry), entry);
    else {
      try {
        return await readTree(entry, depth + 1);
      } catch (error) {
        if (!isAbsent(error)) throw error;
        diagnostics.push({
          rule: "platform-missing",
          message: "The index names an index that the source does not hold; it was left out",
          strict: false,
        });
      }
    }
    return undefined;
  }
}

/** A key for a manifest and its platform, since an index may name a manifest for several platforms. */
export function namedImage({ digest, platform }: Descriptor): string {
  return platform === undefined ? digest : `${digest} ${formatPlatform(platform)}`;
}

/** The diagnostic for an attestation or an artifact that was left out (R9.6). */
export function droppedDiagnostic({ what }: NoImage): Diagnostic {
  return what === "attestation"
    ? {
        rule: "attestation-dropped",
        message: "An attestation was left out: it refers to an image that is no longer the same",
        strict: false,
      }
    : {
        rule: "artifact-skipped",
        message: "An artifact that is not an image was left out of the index",
        strict: false,
      };
}

/** The diagnostic for one that was left out because the source holds only a part of it, or nothing. */
export function absentDiagnostic({ what }: NoImage): Diagnostic {
  const [rule, noun] =
    what === "attestation" ? ["attestation-dropped", "attestation"] : ["artifact-skipped", "artifact"];
  return { rule, message: `An ${noun} was left out: the source does not hold all of it`, strict: false };
}

const INDEX = { limit: "manifestBytes", parse: parseIndex } as const;

function whatElse(entry: Descriptor): NotAnImage | undefined {
  const attested = entry.annotations?.["vnd.docker.reference.type"] === "attestation-manifest";
  if (attested || (entry.platform !== undefined && isUnknown(entry.platform))) return "attestation";
  const known = isIndexType(entry.mediaType) || isManifestType(entry.mediaType) || isSchema1Type(entry.mediaType);
  return known && !saysArtifact(entry) ? undefined : "artifact";
}
