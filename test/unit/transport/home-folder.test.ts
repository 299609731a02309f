import { userInfo } from "node:os";
import { expect, test } from "vitest";
import { dockerEndpoint } from "../../../src/transport/daemon/endpoint.ts";
import { homeFolder } from "../../../src/transport/home-folder.ts";

test("the home folder is HOME, else that of the account, also if HOME is empty", () => {
  expect(homeFolder({ HOME: "/some/where" })).toBe("/some/where");
  expect(homeFolder({})).toBe(userInfo().homedir);
  expect(homeFolder({ HOME: "" })).toBe(userInfo().homedir);
});

test.runIf(process.getuid?.() === 0)("a user without an account has / as home folder, and reaches Docker", async () => {
  process.seteuid?.(1_234_567);
  try {
    expect(homeFolder({})).toBe("/");
    expect(await dockerEndpoint({}, {})).toMatchObject({ path: "/var/run/docker.sock" });
  } finally {
    process.seteuid?.(0);
  }
});
