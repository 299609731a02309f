/**
 * A value on its way to another thread. The buffers named in `transfer` go with it and are gone for the sender;
 * everything else is copied.
 */
export interface Parcel<Value> {
  readonly value: Value;
  readonly transfer?: readonly ArrayBuffer[] | undefined;
}

/** What a piece of work has of whoever asked for it. */
export interface WorkChannel<In, Out> {
  /**
   * The items that are sent to the work, in order; to be taken once. An item of bytes is gone when the next one is
   * asked for. Few items wait at a time, then the sender waits.
   */
  readonly input: AsyncIterable<In>;
  /** Hands an item over; resolves when there is room for it at the other end. One call at a time. */
  send(parcel: Parcel<Out>): Promise<void>;
  /**
   * Throws when the work is no longer wanted. Costs next to nothing: loops that never wait call it every few
   * milliseconds.
   */
  throwIfAborted(): void;
}

/**
 * A piece of work that a thread can do: takes plain data, gives plain data. A module for {@link WorkerPool} exports it
 * as `work`.
 */
export type Work<Request, Result, In = never, Out = never> = (
  request: Request,
  channel: WorkChannel<In, Out>,
) => Promise<Parcel<Result>>;
