import type { Servers } from "../../src/transport/servers.ts";
import type { FixtureBlob } from "../support/image-fixture.ts";

/**
 * A transport under test. The properties state what it cannot do by its nature; everything else is required of all.
 */
export interface TransportFixture {
  readonly family: "oci" | "docker";
  /**
   * `unpacked`: the store keeps plain layers and no manifest; what is read from it has layers with diffIDs as digests.
   */
  readonly keeps: "blobs" | "unpacked";
  /** Whether it holds an index with several images. */
  readonly index: boolean;
  /** Whether layers can be read in place, from a local file. */
  readonly local: boolean;
  /** `ends the upload`: everything is written in one request, which a refused blob aborts. */
  readonly refusedBlob: "is forgotten" | "ends the upload";
  /**
   * Whether only the server can reach the stored bytes, so that they cannot be changed behind its back.
   */
  readonly closed: boolean;
  /** Opens a place for one test; disposing it removes what the test made. `folder` is the test's own. */
  open(folder: string): Promise<TransportPlace>;
}

/** Where one test writes to and reads from: a folder, an engine, a registry. */
export interface TransportPlace extends AsyncDisposable {
  readonly servers: Servers;
  /** Names that every image gets. */
  readonly tags: readonly string[];
  /** The reference of an image there. */
  target(name: string): string;
  /** The names that a source of it returns. */
  namesOf(name: string): readonly string[];
  /** What a reader sees. */
  visible(): Promise<readonly string[]>;
  /** Everything else that was added. */
  traces(): Promise<readonly string[]>;
  /** The reference by digest or ID of an image that lost its name to another; absent if the store drops such images. */
  unnamed?(digest: string): string;
  /** A value that is equal for equal images. */
  identity(name: string): Promise<unknown>;
  /** Changes a stored blob behind the transport's back; present unless the fixture is `closed`. */
  tamper?(blob: FixtureBlob): Promise<void>;
}
