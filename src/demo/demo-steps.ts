import { createHash } from "node:crypto";
import { type DemoEntry, directory, file, hardLink, opaque, symlink, whiteout } from "./demo-tar.ts";
import { type DemoArchitecture, helloProgram } from "./hello-program.ts";

/** One line of the Dockerfile that the demo image could have been built from; without entries it made no layer. */
export interface DemoStep {
  readonly createdBy: string;
  readonly entries?: readonly DemoEntry[];
}

/**
 * The steps of the demo image, oldest first. Together they do what makes images grow: install and clean up in different
 * layers, overwrite, delete, replace a directory, link.
 */
export function demoSteps(architecture: DemoArchitecture): readonly DemoStep[] {
  return [
    { createdBy: "ADD rootfs.tar / # buildkit", entries: baseSystem() },
    { createdBy: "ENV PATH=/bin LANG=C.UTF-8" },
    { createdBy: "RUN /bin/sh -c pkg update && pkg install greeter # buildkit", entries: install(architecture) },
    { createdBy: "RUN /bin/sh -c pkg clean # buildkit", entries: cleanUp() },
    { createdBy: "LABEL org.opencontainers.image.title=demo" },
    { createdBy: "COPY hello /opt/greeter/bin/hello # buildkit", entries: newProgram(architecture) },
    { createdBy: "RUN /bin/sh -c rm -rf /opt/greeter/themes && unpack plain-theme # buildkit", entries: newThemes() },
    { createdBy: 'RUN /bin/sh -c echo "Hello, World!" > message.txt # buildkit', entries: message() },
    { createdBy: "WORKDIR /opt/greeter" },
    { createdBy: 'HEALTHCHECK &{["CMD" "/opt/greeter/bin/healthcheck"] "2s" "1s" "0s" "0s" \'\\x03\'}' },
    { createdBy: "STOPSIGNAL SIGKILL" },
    { createdBy: 'CMD ["/bin/hello"]' },
  ];
}

function baseSystem(): DemoEntry[] {
  return [
    file("etc/group", "root:x:0:\ngreeter:x:1000:\n"),
    file("etc/motd", "Welcome to the demo image.\n"),
    file("etc/os-release", 'NAME="planish demo"\nID=demo\nVERSION_ID=1\n'),
    file("etc/passwd", "root:x:0:0:root:/root:/bin/false\ngreeter:x:1000:1000::/opt/greeter:/bin/false\n"),
    directory("root", 0o700),
    directory("tmp", 0o1777),
    file("usr/share/words/base.dat", filler("words", 800_000)),
    directory("var/cache"),
  ];
}

const PROGRAM = 0o755;
const GREETER_USER = 1000;

/** A package: a program, its data, and what the package manager leaves in its cache. */
function install(architecture: DemoArchitecture): DemoEntry[] {
  const program = Buffer.concat([helloProgram(architecture), filler("debug symbols", 400_000)]);
  return [
    symlink("bin/hello", "../opt/greeter/bin/hello"),
    file("opt/greeter/bin/hello", program, { mode: PROGRAM }),
    file("opt/greeter/greeter.conf", "greeting = hello\n", { owner: GREETER_USER }),
    file("opt/greeter/voices.dat", filler("voices", 600_000)),
    ...["dark", "light", "wide"].map((name) => file(`opt/greeter/themes/${name}.theme`, filler(name, 80_000))),
    file("var/cache/pkg/index", filler("index", 300_000)),
    ...[1, 2, 3, 4, 5, 6].map((n) => file(`var/cache/pkg/package-${n}.pkg`, filler(`package ${n}`, 200_000))),
  ];
}

/** Removes the cache, too late: it stays in the layer below. */
function cleanUp(): DemoEntry[] {
  return [whiteout("etc/motd"), whiteout("var/cache/pkg")];
}

function newProgram(architecture: DemoArchitecture): DemoEntry[] {
  return [
    file("opt/greeter/bin/hello", helloProgram(architecture), { mode: PROGRAM }),
    hardLink("opt/greeter/bin/healthcheck", "opt/greeter/bin/hello", PROGRAM),
    hardLink("opt/greeter/bin/hi", "opt/greeter/bin/hello", PROGRAM),
  ];
}

/** Deletes and recreates a directory in one step, which builders store as an opaque directory. */
function newThemes(): DemoEntry[] {
  return [opaque("opt/greeter/themes"), file("opt/greeter/themes/plain.theme", "colour = none\n")];
}

/** Deletes one name of a hard link, so that the others keep the content; changes a file and a symbolic link. */
function message(): DemoEntry[] {
  return [
    symlink("bin/hello", "../opt/greeter/bin/hi"),
    whiteout("opt/greeter/bin/hello"),
    file("opt/greeter/greeter.conf", "greeting = Hello, World!\n", { owner: GREETER_USER }),
    file("opt/greeter/message.txt", "Hello, World!\n", { owner: GREETER_USER }),
  ];
}

/** Incompressible bytes, the same on every machine. */
function filler(seed: string, size: number): Uint8Array {
  return createHash("shake256", { outputLength: size }).update(seed).digest();
}
