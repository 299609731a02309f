#!/usr/bin/env node
"use strict";
/*
 * The door: old syntax and no dependencies, because an old Node must get as far as the message below.
 * npm only warns of a Node that is too old, and the library would then fail to link (no zstd in node:zlib).
 */
const REQUIRED = [22, 19, 0];
const EXIT_NODE_TOO_OLD = 69;
const POOL_THREADS_BY_DEFAULT = 4;

if (isOlder(process.versions.node, REQUIRED)) {
  process.stderr.write(
    "planish: needs Node.js " +
      REQUIRED.join(".") +
      " or newer, this is " +
      process.versions.node +
      ". See https://nodejs.org/.\n",
  );
  process.exitCode = EXIT_NODE_TOO_OLD;
} else {
  widenThreadPool();
  import("../dist/cli/main.js").then((cli) => cli.main(process.argv.slice(2)));
}

function isOlder(version, required) {
  const parts = version.split(".").map(Number);
  for (let i = 0; i < required.length; i += 1) {
    if (parts[i] !== required[i]) return parts[i] < required[i];
  }
  return false;
}

/* zlib and file reads share libuv's pool, whose size is read once, when it is first used: before anything else is loaded. */
function widenThreadPool() {
  if (process.env.UV_THREADPOOL_SIZE !== undefined) return;
  const os = require("node:os");
  const cores = os.availableParallelism();
  if (cores > POOL_THREADS_BY_DEFAULT) process.env.UV_THREADPOOL_SIZE = String(cores);
}
