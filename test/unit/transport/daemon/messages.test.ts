import { describe, expect, it } from "vitest";
import { readMessages } from "../../../../src/transport/daemon/messages.ts";

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

describe("readMessages", () => {
  it("joins lines that arrive in pieces, the last one without a newline", async () => {
    const body = chunks('{"stream":"Loaded', ' image"}\n\n{"status":"sha256:1"}\r\n{"err', 'or":"é', ' is missing"}');
    await expect(readMessages(body)).rejects.toThrow("the engine refused the image: é is missing");
    await readMessages(chunks('{"stream":"Loaded image: x"}'));
  });

  it.each([
    [
      '{"errorDetail":{"message":"invalid diffID"},"error":"x"}',
      "DESTINATION_REFUSED",
      "the engine refused the image: invalid diffID",
    ],
    [
      '{"error":"write /x: no space left on device"}',
      "DISK_FULL",
      "the engine refused the image: write /x: no space left on device",
    ],
    [
      '{"stream":"Error unpacking image app:flat: apply layer error: wrong diff id calculated on extraction\\n"}',
      "DESTINATION_REFUSED",
      "the engine refused the image: app:flat: apply layer error: wrong diff id calculated on extraction",
    ],
    [
      '{"stream":"Error unpacking image app:flat: write /x: no space left on device\\n"}',
      "DISK_FULL",
      "the engine refused the image: app:flat: write /x: no space left on device",
    ],
    ["hello", "TRANSPORT_FAILED", "the engine's answer is not JSON"],
  ])("makes an error of %s, though the status was 200", async (line, code, message) => {
    await expect(readMessages(chunks('{"stream":"so far"}\n', line))).rejects.toMatchObject({ code, message });
  });

  it("says what to do about too many layers", async () => {
    await expect(readMessages(chunks('{"error":"max depth exceeded"}'))).rejects.toMatchObject({
      message: "the engine refused the image: max depth exceeded",
      details: { hint: expect.stringContaining("--max-layers 125") },
    });
  });
});
