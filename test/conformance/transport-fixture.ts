import type { Servers } from "../../src/transport/servers.ts";
import type { FixtureBlob } from "../support/image-fixture.ts";

/**
 * One transport as the suite sees it. What it cannot do by its nature it says here, so that the suite asks for the rest
 * of all.
 */
export interface TransportFixture {
  readonly family: "oci" | "docker";
  /**
   * `unpacked`: the store keeps plain layers and no manifest, so that it is read with layers that are named by their
   * diffIDs.
   */
  readonly keeps: "blobs" | "unpacked";
  /** Whether it holds an index with several images. */
  readonly index: boolean;
  /** Whether layers can be read where they lie, in a local file. */
  readonly local: boolean;
  /** `ends`: all that is written travels in one request, which a refused blob breaks off. */
  readonly refusedBlob: "is forgotten" | "ends the upload";
  /**
   * Whether the stored bytes are out of reach for all but their server, so that no one can change them behind its back.
   */
  readonly closed: boolean;
  /** Opens a place for one test; disposing it removes what the test made. `folder` is the test's own. */
  open(folder: string): Promise<TransportPlace>;
}

/** Where one test writes to and reads from: a folder, an engine, a registry. */
export interface TransportPlace extends AsyncDisposable {
  readonly servers: Servers;
  /** Names that are given to every image. */
  readonly tags: readonly string[];
  /** A reference to an image there. */
  target(name: string): string;
  /** The names that its source then tells. */
  namesOf(name: string): readonly string[];
  /** What a reader finds. */
  visible(): Promise<readonly string[]>;
  /** What else is there that was not there before. */
  traces(): Promise<readonly string[]>;
  /** A reference to an image whose name another one got, by its digest or ID; absent where it is gone. */
  unnamed?(digest: string): string;
  /** What is equal for equal images. */
  identity(name: string): Promise<unknown>;
  /** Changes a stored blob behind the transport's back; there unless the fixture is `closed`. */
  tamper?(blob: FixtureBlob): Promise<void>;
}
