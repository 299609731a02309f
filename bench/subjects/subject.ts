import type { EngineNamespace } from "../../test/support/engines/engine-namespace.ts";
import type { EngineSet } from "../../test/support/engines/engine-set.ts";
import type { BenchImage } from "../images/image-store.ts";
import type { Command } from "../measure-command.ts";

/** What is measured: planish, a floor that no flattener can be below, or a peer that flattens too. */
export interface Subject {
  /** What `--subjects` calls it. */
  readonly name: string;
  /** What the table calls it. */
  readonly title: string;
  readonly role: "planish" | "floor" | "peer";
  /** Images that it is measured on; all of the comparison by default. */
  readonly only?: readonly string[];
  /**
   * Gets the tool and puts the image where the tool takes it from, unmeasured. What it throws says why there is no
   * figure.
   */
  prepare(image: BenchImage, bench: Workbench): Promise<Job>;
}

/** What one subject does with one image, as often as there are rounds. */
export interface Job {
  readonly command: Command;
  /** The flat image that a run has left; absent for what makes none. */
  result?(): Promise<FlatImage>;
  /** Bytes that a run has written, for what writes but makes no image. */
  size?(): Promise<number>;
  /** Removes what a run has left, so that the next starts as the first did. */
  clear(): Promise<void>;
  /** Bytes of the flat tar by what a run has done to them, where the subject tells. */
  copied?(): Promise<Readonly<Record<string, number>>>;
}

/** Where a flat image lies: in an OCI layout, or in the Docker of the bench under a name. */
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
