/**
 * A value to be sent to another thread. The buffers listed in `transfer` are moved, so the sender can no longer use
 * them; everything else is copied.
 */
export interface Parcel<Value> {
  readonly value: Value;
  readonly transfer?: readonly ArrayBuffer[] | undefined;
}

/** The connection of a piece of work to the thread that requested it. */
export interface WorkChannel<In, Out> {
  /**
   * The items sent to the work, in order; can be iterated once. If an item is a Uint8Array, its memory is freed when
   * the next one is requested. At most a few items wait here; then the sender waits.
   */
  readonly input: AsyncIterable<In>;
  /** Sends an item; resolves when there was room for it at the other end. One call at a time. */
  send(parcel: Parcel<Out>): Promise<void>;
  /**
   * Throws if the work was aborted. Costs next to nothing: loops without `await` call it every few milliseconds.
   */
  throwIfAborted(): void;
}

/**
 * A piece of work that a thread can do: takes plain data and returns plain data. A module for {@link WorkerPool}
 * exports it as `work`.
 */
export type Work<Request, Result, In = never, Out = never> = (
  request: Request,
  channel: WorkChannel<In, Out>,
) => Promise<Parcel<Result>>;
