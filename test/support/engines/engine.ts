/** What every engine of the matrix can do: load an archive and mount the image's filesystem. */
export interface Engine {
  /** Name and version as the matrix prints them, such as `docker 20.10`. */
  readonly name: string;
  /** The flatten profile that this engine follows where engines differ. */
  readonly profile: "containerd" | "overlay2" | "spec";
  /** Loads every layer of the one image in `archive` and returns an id that the other methods take. */
  load(archive: string): Promise<string>;
  /**
   * Mounts the image's filesystem as the engine would for a container, calls `look` with a folder that this process can
   * read, and unmounts. Never an export: an export adds files, truncates times and drops xattrs.
   */
  mount<T>(id: string, look: (folder: string) => T | Promise<T>): Promise<T>;
  /** Removes the image, so that nothing of it affects the next one with the same tag. */
  remove(id: string): Promise<void>;
}

/** An engine that also runs images. */
export interface RunningEngine extends Engine {
  /** Runs the image's own command and returns its output. */
  run(id: string): Promise<string>;
  /** Starts the image's own command in the background and waits for the result of its health check. */
  health(id: string): Promise<Health>;
  /** The image's config as the engine reports it, and the number of its layers. */
  inspect(id: string): Promise<InspectedImage>;
  /** Newest first. */
  history(id: string): Promise<readonly HistoryLine[]>;
}

/** An engine that also builds images. */
export interface BuildingEngine extends RunningEngine {
  /**
   * Builds a Dockerfile's folder and saves the image under `tag` to `archive`. Nothing of it stays in the engine: a
   * built image differs from a loaded one (Docker's BuildKit keeps nanosecond times that `docker save` truncates).
   */
  buildArchive(build: ImageBuild): Promise<void>;
}

/**
 * What to build, under which tag, and the archive to save it to: in the format of `docker save`, or an OCI layout in a
 * tar.
 */
export interface ImageBuild {
  readonly context: string;
  readonly tag: string;
  readonly archive: string;
  readonly format: "docker" | "oci";
}

/** A health check's status (`healthy` or not) and what its command printed last, trimmed. */
export interface Health {
  readonly status: string;
  readonly output: string;
}

/** The parts of `image inspect` that flattening must keep, and the number of layers, which it must change. */
export interface InspectedImage {
  readonly config: Readonly<Record<string, unknown>>;
  readonly platform: string;
  readonly layers: number;
}

/** One line of the engine's `history`; `empty` if it says that the step added no bytes. */
export interface HistoryLine {
  readonly createdBy: string;
  readonly empty: boolean;
}
