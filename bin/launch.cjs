"use strict";
/*
 * Start-up code of both programs. It has old syntax and no dependencies, so that an old Node can print the message
 * below: npm only warns of a Node that is too old, and the library would then fail to link (no zstd in node:zlib).
 */
const EXIT_CANNOT_RUN = 69;

/* Prepares the process, loads a module and passes it to `run`; says if Node is too old, or if files are missing. */
module.exports = function launch(load, run) {
  if (!isSupported(process.versions.node)) {
    const needed = "planish: needs Node.js 22.19, 23.8, 24 or newer";
    process.stderr.write(`${needed}; this is ${process.versions.node}. See https://nodejs.org/.\n`);
    process.exitCode = EXIT_CANNOT_RUN;
    return;
  }
  fitThreadPool();
  load().then(run, (error) => {
    process.stderr.write(`planish: cannot be loaded, is it completely installed? ${error}\n`);
    process.exitCode = EXIT_CANNOT_RUN;
  });
};

/* The same as `engines` in package.json. zstd came to Node 23 later than to 22. */
function isSupported(version) {
  const parts = version.split(".").map(Number);
  const major = parts[0];
  const minor = parts[1];
  return major > 23 || (major === 23 && minor >= 8) || (major === 22 && minor >= 19);
}

/*
 * zlib and file reads share libuv's thread pool. Its size is read once, when the pool is first used, so it is set
 * before anything else is loaded. One thread per core: more do not compress faster, and each keeps memory of its own
 * (10 MiB resident for two more on a 2 GB image). A quarter of the threads that the process may have: Node needs a
 * dozen, planish its own, and libuv ends the process without a word if it cannot start all of its pool.
 */
function fitThreadPool() {
  if (process.env.UV_THREADPOOL_SIZE !== undefined) return;
  const most = Math.min(require("node:os").availableParallelism(), Math.floor(threadLimit() / 4));
  process.env.UV_THREADPOOL_SIZE = String(Math.max(2, most));
}

/* The limits of the control group, as containers see it, of versions 2 and 1, and of the user: `ulimit -u`. */
function threadLimit() {
  const cgroups = ["/sys/fs/cgroup/pids.max", "/sys/fs/cgroup/pids/pids.max"];
  const limits = cgroups.map((file) => numberIn(file, /^\d+/));
  return Math.min(...limits, numberIn("/proc/self/limits", /(?<=^Max processes +)\d+/m));
}

function numberIn(file, pattern) {
  try {
    return Number(pattern.exec(require("node:fs").readFileSync(file, "latin1"))[0]);
  } catch {
    return Number.POSITIVE_INFINITY; // unlimited, or no such limit on this system
  }
}
