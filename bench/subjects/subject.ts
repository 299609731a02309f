import type { EngineNamespace } from "../../test/support/engines/engine-namespace.ts";
import type { EngineSet } from "../../test/support/engines/engine-set.ts";
import type { BenchImage } from "../images/image-store.ts";
import type { Command } from "../measure-command.ts";

/** What is measured: planish, a floor (a lower bound for any flattener), or a peer, another tool that flattens. */
export interface Subject {
  /** Its name for `--subjects`. */
  readonly name: string;
  /** Its name in the table. */
  readonly title: string;
  readonly role: "planish" | "floor" | "peer";
  /** Images that it is measured with; by default all. */
  readonly only?: readonly string[];
  /**
   * Installs the tool and puts the image where the tool reads it, unmeasured. Its error is the reason why there are no
   * figures.
   */
  prepare(image: BenchImage, bench: Workbench): Promise<Job>;
}

/** One subject, prepared for one image; run once per round. */
export interface Job {
  readonly command: Command;
  /** The flat image that a run has written; absent if it writes none. */
  result?(): Promise<FlatImage>;
  /** Bytes that a run has written, if that is not an image. */
  size?(): Promise<number>;
  /** Removes everything that a run has written, so that all runs start equal. */
  clear(): Promise<void>;
  /** Bytes of the flat tar by how a run has encoded them, if the subject reports it. */
  copied?(): Promise<Readonly<Record<string, number>>>;
}

/** Where a flat image is: in an OCI layout, or in the Docker of the bench under a name. */
export type FlatImage =
  | { readonly kind: "layout"; readonly layout: string; readonly tag: string }
  | { readonly kind: "docker"; readonly name: string };

/** Where subjects work. */
export interface Workbench {
  readonly namespace: EngineNamespace;
  readonly engines: EngineSet;
  /** Host and port of a registry of this run. */
  readonly registry: string;
  /** A folder on disk that the machine and the engines see under the same path. */
  readonly folder: string;
}
