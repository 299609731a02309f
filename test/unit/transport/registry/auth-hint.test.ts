import { expect, test } from "vitest";
import { authHint } from "../../../../src/transport/registry/auth-hint.ts";

const credentials = { kind: "basic", username: "me", password: "secret" } as const;

test("a refusal of stored credentials says where they are stored, and that a public image needs none", () => {
  const origin = "/root/.docker/config.json";
  expect(authHint("ghcr.io", { credentials, origin, problems: ["a helper failed"] })).toBe(
    "the credentials for ghcr.io from /root/.docker/config.json do not allow it, if the image exists at all; " +
      "if they are out of date, log in again, or out: a public image needs none; a helper failed",
  );
});

test("a refusal of given credentials does not send the user to log in", () => {
  const hint = "the credentials for ghcr.io do not allow it, if the image exists at all";
  expect(authHint("ghcr.io", { credentials, problems: [] })).toBe(hint);
});
