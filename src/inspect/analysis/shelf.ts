import type { FleetBytes } from "./fleet-result.ts";

/** Something that is stored once for all images: under `chain` in engines, under `blob` in registries. */
export interface Piece extends FleetBytes {
  readonly chain: string;
  readonly blob: string;
}

/**
 * Counts the bytes that a set of images takes up. Pieces are added and removed image by image, at a cost that does not
 * depend on the size of the set, since this is done thousands of times for a fleet.
 */
export class Shelf {
  readonly #storage = new StoredOnce();
  readonly #pull = new StoredOnce();

  constructor(stacks: Iterable<readonly Piece[]> = []) {
    for (const pieces of stacks) this.put(pieces);
  }

  get bytes(): FleetBytes {
    return { storage: this.#storage.bytes, pull: this.#pull.bytes };
  }

  /** Bytes to store and to pull together. */
  get weight(): number {
    return this.#storage.bytes + this.#pull.bytes;
  }

  put(pieces: readonly Piece[]): void {
    for (const { chain, blob, storage, pull } of pieces) {
      this.#storage.put(chain, storage);
      this.#pull.put(blob, pull);
    }
  }

  take(pieces: readonly Piece[]): void {
    for (const { chain, blob } of pieces) {
      this.#storage.take(chain);
      this.#pull.take(blob);
    }
  }

  /** The answer of `ask` while these pieces are on the shelf. */
  with<Answer>(pieces: readonly Piece[], ask: (shelf: Shelf) => Answer): Answer {
    this.put(pieces);
    const answer = ask(this);
    this.take(pieces);
    return answer;
  }

  /** The answer of `ask` while these pieces, which must be on the shelf, are not there. */
  without<Answer>(pieces: readonly Piece[], ask: (shelf: Shelf) => Answer): Answer {
    this.take(pieces);
    const answer = ask(this);
    this.put(pieces);
    return answer;
  }
}

interface Stored {
  readonly size: number;
  holders: number;
}

class StoredOnce {
  readonly #stored = new Map<string, Stored>();
  bytes = 0;

  put(name: string, size: number): void {
    const known = this.#stored.get(name);
    if (known !== undefined) known.holders += 1;
    else {
      this.#stored.set(name, { size, holders: 1 });
      this.bytes += size;
    }
  }

  take(name: string): void {
    const known = this.#stored.get(name);
    if (known === undefined) return;
    known.holders -= 1;
    if (known.holders > 0) return;
    this.#stored.delete(name);
    this.bytes -= known.size;
  }
}
