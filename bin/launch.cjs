"use strict";
/*
 * Start-up code of both programs. It has old syntax and no dependencies, so that an old Node can print the message
 * below: npm only warns of a Node that is too old, and the library would then fail to link (no zstd in node:zlib).
 */
const REQUIRED = [22, 19, 0];
const EXIT_NODE_TOO_OLD = 69;

/* Prepares the process and calls `run`; prints an error instead if Node is too old. */
module.exports = function launch(run) {
  if (isOlder(process.versions.node, REQUIRED)) {
    process.stderr.write(
      "planish: needs Node.js " +
        REQUIRED.join(".") +
        " or newer, this is " +
        process.versions.node +
        ". See https://nodejs.org/.\n",
    );
    process.exitCode = EXIT_NODE_TOO_OLD;
    return;
  }
  fitThreadPool();
  run();
};

function isOlder(version, required) {
  const parts = version.split(".").map(Number);
  for (let i = 0; i < required.length; i += 1) {
    if (parts[i] !== required[i]) return parts[i] < required[i];
  }
  return false;
}

/*
 * zlib and file reads share libuv's thread pool. Its size is read once, when the pool is first used, so it is set
 * before anything else is loaded. One thread per core: more do not compress faster, and each keeps memory of its own
 * (10 MiB resident for two more on a 2 GB image).
 */
function fitThreadPool() {
  if (process.env.UV_THREADPOOL_SIZE !== undefined) return;
  process.env.UV_THREADPOOL_SIZE = String(Math.max(2, require("node:os").availableParallelism()));
}
