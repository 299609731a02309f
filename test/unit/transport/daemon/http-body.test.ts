import { describe, expect, it } from "vitest";
import { decoderFor } from "../../../../src/transport/daemon/http-body.ts";

const CHUNKED = { "transfer-encoding": "chunked" };

/** Decodes the body of a text that arrives in pieces of some length. */
function decode(headers: Record<string, string>, text: string, step: number): string {
  const decoder = decoderFor(headers);
  let body = "";
  for (let at = 0; at < text.length; at += step) {
    decoder.push(Buffer.from(text.slice(at, at + step)), (part) => {
      body += Buffer.from(part).toString("latin1");
    });
  }
  decoder.end();
  return body;
}

describe("decoderFor", () => {
  it.each([1, 2, 3, 7, 100])("finds the chunks of a body that arrives %s bytes at a time", (step) => {
    expect(decode(CHUNKED, "5\r\nhello\r\n2;x=y\r\n, \r\nA\r\n0123456789\r\n0\r\n\r\n", step)).toBe(
      "hello, 0123456789",
    );
    expect(decode(CHUNKED, "1\r\na\r\n0\r\nTrailer: 1\r\n\r\nbeyond", step)).toBe("a");
    expect(decode({ "content-length": "5" }, "hello, world", step)).toBe("hello");
    expect(decode({}, "hello", step)).toBe("hello");
    expect(decode({ "content-length": "0" }, "", step)).toBe("");
  });

  it.each([
    [CHUNKED, "5\r\nhel", "it ended too early"],
    [CHUNKED, "5\r\nhello\r\n0\r\n", "it ended too early"],
    [CHUNKED, "5\r\nhello, world\r\n", "it has a chunk of another size than it says"],
    [CHUNKED, "-5\r\n", "it has a chunk without a size"],
    [CHUNKED, "1".repeat(20_000), "it has a line without an end"],
    [{ "content-length": "5" }, "hel", "it ended 2 bytes too early"],
    [{ "content-length": "5, 5" }, "hello", "it has an invalid length"],
  ])("refuses an invalid body with the headers %o", (headers, text, message) => {
    expect(() => decode(headers as Record<string, string>, text, 1000)).toThrow(message);
  });
});
