/** Extracts the body from the bytes after the head of an HTTP response. RFC 9112 §6.3 */
export interface BodyDecoder {
  /** Whether the body is complete. */
  readonly done: boolean;
  /** Parses the next bytes and calls `take` with views of the body's part. Throws a plain Error if they are invalid. */
  push(data: Buffer, take: (part: Uint8Array) => void): void;
  /** To be called when the connection was closed. Throws a plain Error if the body is not complete. */
  end(): void;
}

/** The decoder for a response with these headers; names are in lower case. Throws a plain Error for a bad length. */
export function decoderFor(headers: Readonly<Record<string, string>>): BodyDecoder {
  if (headers["transfer-encoding"]?.toLowerCase() === "chunked") return new ChunkedBody();
  const length = headers["content-length"];
  if (length !== undefined && !/^\d{1,15}$/.test(length)) throw new Error("it has an invalid length");
  return new PlainBody(length === undefined ? undefined : Number(length));
}

/** A body of a known length, or one that ends with the connection. */
class PlainBody implements BodyDecoder {
  #left: number | undefined;

  constructor(length: number | undefined) {
    this.#left = length;
  }

  get done(): boolean {
    return this.#left === 0;
  }

  push(data: Buffer, take: (part: Uint8Array) => void): void {
    const part = this.#left === undefined ? data : data.subarray(0, this.#left);
    if (this.#left !== undefined) this.#left -= part.length;
    take(part);
  }

  end(): void {
    if (this.#left !== undefined && this.#left > 0) throw new Error(`it ended ${this.#left} bytes too early`);
  }
}

const MAX_LINE = 16 * 1024;

/** A chunked body: each chunk follows a line with its size. RFC 9112 §7.1 */
class ChunkedBody implements BodyDecoder {
  #next: "size" | "data" | "data's end" | "trailer" | "nothing" = "size";
  /** Bytes of the current chunk that have not arrived. */
  #left = 0;
  /** The beginning of an incomplete line. */
  #line = "";

  get done(): boolean {
    return this.#next === "nothing";
  }

  push(data: Buffer, take: (part: Uint8Array) => void): void {
    for (let at = 0; at < data.length && !this.done; ) {
      if (this.#next === "data") {
        const part = data.subarray(at, at + this.#left);
        take(part);
        at += part.length;
        this.#left -= part.length;
        if (this.#left === 0) this.#next = "data's end";
        continue;
      }
      const end = data.indexOf(NEWLINE, at);
      this.#line += data.toString("latin1", at, end < 0 ? data.length : end);
      if (this.#line.length > MAX_LINE) throw new Error("it has a line without an end");
      if (end < 0) return;
      at = end + 1;
      this.#takeLine(this.#line.replace(/\r$/, ""));
      this.#line = "";
    }
  }

  end(): void {
    if (!this.done) throw new Error("it ended too early");
  }

  #takeLine(line: string): void {
    if (this.#next === "trailer") {
      if (line === "") this.#next = "nothing";
    } else if (this.#next === "data's end") {
      if (line !== "") throw new Error("it has a chunk of another size than it says");
      this.#next = "size";
    } else {
      const size = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?$/i.exec(line)?.[1];
      if (size === undefined) throw new Error("it has a chunk without a size");
      this.#left = Number.parseInt(size, 16);
      this.#next = this.#left === 0 ? "trailer" : "data";
    }
  }
}

const NEWLINE = 0x0a;
