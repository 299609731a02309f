import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { watchPluginSocket } from "../../../../src/cli/plugin/plugin-socket.ts";

/** Docker's side: an abstract socket, and the plugin's connection to it. */
async function listening(): Promise<{ server: Server; name: string; connected: Promise<Socket> }> {
  const name = `docker_cli_${randomBytes(8).toString("hex")}`;
  const server = createServer().listen({ path: `\0${name}` });
  await once(server, "listening");
  return { server, name: `@${name}`, connected: once(server, "connection").then(([socket]) => socket as Socket) };
}

test("the run is cancelled when docker closes its socket, and not before", async () => {
  const { server, name, connected } = await listening();
  const cancelled = Promise.withResolvers<void>();
  const cancel = vi.fn(cancelled.resolve);
  using _watch = watchPluginSocket({ DOCKER_CLI_PLUGIN_SOCKET: name }, cancel);
  const socket = await connected;
  await sleep(50);
  expect(cancel).not.toHaveBeenCalled();
  socket.destroy();
  await cancelled.promise;
  server.close();
});

test("the end of the run does not cancel it", async () => {
  const { server, name, connected } = await listening();
  const cancel = vi.fn();
  const watch = watchPluginSocket({ DOCKER_CLI_PLUGIN_SOCKET: name }, cancel);
  const socket = await connected;
  const closed = once(socket.resume(), "close");
  watch?.[Symbol.dispose]();
  await closed;
  expect(cancel).not.toHaveBeenCalled();
  server.close();
});

test("a missing socket, as with older versions of docker, changes nothing", async () => {
  const cancel = vi.fn();
  expect(watchPluginSocket({}, cancel)).toBeUndefined();
  using _watch = watchPluginSocket({ DOCKER_CLI_PLUGIN_SOCKET: "/nowhere/docker.sock" }, cancel);
  await sleep(50);
  expect(cancel).not.toHaveBeenCalled();
});
