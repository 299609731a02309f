"use strict";
/*
 * What both doors do first: old syntax and no dependencies, because an old Node must get as far as the message below.
 * npm only warns of a Node that is too old, and the library would then fail to link (no zstd in node:zlib).
 */
const REQUIRED = [22, 19, 0];
const EXIT_NODE_TOO_OLD = 69;

/* Calls `run` in a process that is ready for it; where Node is too old it says so instead. */
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
 * zlib and file reads share libuv's pool, whose size is read once, when it is first used: before anything else is loaded. A thread a core: more than that compress
 * nothing faster, and each keeps memory of its own (10 MiB resident for two more on a 2 GB image).
 */
function fitThreadPool() {
  if (process.env.UV_THREADPOOL_SIZE !== undefined) return;
  process.env.UV_THREADPOOL_SIZE = String(Math.max(2, require("node:os").availableParallelism()));
}
