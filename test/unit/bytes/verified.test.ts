import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { chunksOf } from "../../../src/bytes/chunks-of.ts";
import { verified } from "../../../src/bytes/verified.ts";
import { type Digest, sha256 } from "../../../src/oci/digest.ts";

const hello = Buffer.from("hello, blob");

async function* pieces(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

/** Collects chunks until the stream ends or throws. */
async function take(stream: AsyncIterable<Uint8Array>) {
  const got: Uint8Array[] = [];
  try {
    for await (const chunk of stream) got.push(chunk);
    return { text: Buffer.concat(got).toString(), error: undefined };
  } catch (error) {
    return { text: Buffer.concat(got).toString(), error };
  }
}

describe("verified", () => {
  it("passes the expected bytes through", async () => {
    const expected = { digest: sha256(hello), size: hello.length };
    expect(await take(verified(pieces("hello", ", ", "blob"), expected))).toEqual({
      text: "hello, blob",
      error: undefined,
    });
  });

  it("accepts an empty blob and a sha512 digest", async () => {
    expect((await take(verified(pieces(), { digest: sha256(""), size: 0 }))).error).toBeUndefined();
    const digest = `sha512:${createHash("sha512").update(hello).digest("hex")}` as Digest;
    expect((await take(verified(chunksOf(hello), { digest, size: hello.length }))).error).toBeUndefined();
  });

  it("holds the last chunk back when the digest is wrong", async () => {
    const result = await take(verified(pieces("hello", ", ", "blub"), { digest: sha256(hello), size: hello.length }));
    expect(result).toMatchObject({
      text: "hello, ",
      error: { code: "DIGEST_MISMATCH", details: { digest: sha256(hello) } },
    });
  });

  it.each([" and more", "!"])("never yields beyond the size, where %j comes", async (more) => {
    const result = await take(verified(pieces("hello", ", blob", more), { digest: sha256(hello), size: hello.length }));
    expect(result).toMatchObject({ text: "hello", error: { code: "SIZE_MISMATCH" } });
  });

  it("notices that bytes are missing", async () => {
    const result = await take(verified(pieces("hello"), { digest: sha256(hello), size: hello.length }));
    expect(result).toMatchObject({ text: "hello", error: { code: "SIZE_MISMATCH" } });
  });
});
