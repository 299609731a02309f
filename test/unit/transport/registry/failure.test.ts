import { expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../../../src/limits.ts";
import { listTags } from "../../../../src/transport/registry/list-names.ts";
import { sessionWith } from "../../../support/registry/session-with.ts";

/** What the error says of an answer with this body, behind the status. */
async function said(body: string): Promise<string> {
  const session = await sessionWith((_, response) => response.writeHead(403).end(body));
  const error: unknown = await listTags(session, { limits: DEFAULT_LIMITS }).catch((thrown: unknown) => thrown);
  if (!(error instanceof Error)) throw new Error("no error");
  return error.message.replace(/^.* was answered with 403/, "");
}

test.each([
  ['{"errors":[{"code":"DENIED","message":"not yours"},{"code":"UNKNOWN"}]}', "; DENIED: not yours; UNKNOWN"],
  ['{"errors":[{"status":403,"message":"no download from here"}]}', "; no download from here"],
  ['{"details":"incorrect username or password"}', "; incorrect username or password"],
  ['{"error":"invalid_grant","error_description":"the token is revoked"}', "; the token is revoked"],
  ['{"message":"Missing Authentication Token"}', "; Missing Authentication Token"],
  ['{"errors":[{"code":1},null,"x"]}', ""],
  ["null", ""],
  ["<html>", ""],
])("an error shows the reason in %s", async (body, shown) => {
  expect(await said(body)).toBe(shown);
});
