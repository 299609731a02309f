import fc from "fast-check";
import { expect, test } from "vitest";
import type { Partition } from "../../src/plan/partition.ts";
import { compareFilesystems } from "../../src/verify/compare-filesystems.ts";
import { mergeStack } from "../support/merge-stack.ts";
import { posixAcl } from "../support/posix-acl.ts";
import { useSeed } from "../support/seed.ts";
import { squashStack } from "../support/squash-stack.ts";
import { dir, file, hardlink, layer, type Member, opaque, symlink, whiteout } from "../support/tar-fixture.ts";

useSeed();

const acl = (user: number): Record<string, string> => ({
  "system.posix_acl_default": posixAcl(["owner", 7], ["user", 5, user], ["group", 5], ["mask", 7], ["other", 5]),
});
const access = { "system.posix_acl_access": posixAcl(["owner", 6], ["group", 4], ["other", 0]) };
const name = fc.constantFrom("a", "b", "c");
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));
const directory = fc
  .tuple(path, fc.constantFrom({}, {}, acl(1), acl(1), acl(2), access))
  .map(([at, xattrs]) => dir(at, { xattrs }));
const regular = fc
  .tuple(path, fc.constantFrom({}, {}, access))
  .map(([at, xattrs]) => file(at, "", { mode: 0o640, xattrs }));
const member: fc.Arbitrary<Member> = fc.oneof(
  { weight: 8, arbitrary: directory },
  { weight: 8, arbitrary: regular },
  { weight: 1, arbitrary: fc.tuple(path, path).map(([at, target]) => symlink(at, `/${target}`)) },
  { weight: 1, arbitrary: fc.tuple(path, path).map(([at, target]) => hardlink(at, target)) },
  { weight: 1, arbitrary: path.map((at) => whiteout(at)) },
  { weight: 1, arbitrary: path.map((at) => opaque(at)) },
);
const stack = fc.array(
  fc.array(member, { minLength: 1, maxLength: 8 }).map((members) => layer(...members)),
  {
    minLength: 1,
    maxLength: 4,
  },
);

test.each(["containerd", "overlay2"] as const)(
  "default ACLs are inherited in a squashed stack as in the old one, or it is reported, as %s sees it",
  (profile) => {
    let compared = 0;
    fc.assert(
      fc.property(stack, fc.nat(2), (layers, below) => {
        const kept = Math.min(below, layers.length - 1);
        const partition: Partition = [
          ...layers.slice(0, kept).map((_, number) => ({ kind: "keep", layer: number }) as const),
          { kind: "squash", first: kept, last: layers.length - 1 },
        ];
        const squashed = attempt(() => squashStack(layers, partition, { profile }));
        if (squashed === undefined) return;
        compared += 1;
        const found = compareFilesystems(mergeStack(layers, profile), mergeStack(squashed.tars, profile)).differences;
        const reported = squashed.findings
          .filter((text) => text.startsWith("R5.11 "))
          .map((text) => text.split(" ")[2]);
        expect(reported).toEqual(expect.arrayContaining(found.map((difference) => difference.path)));
      }),
      { numRuns: 600 },
    );

    expect(compared).toBeGreaterThan(200);
  },
);

/** The result of a function; undefined if it throws. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
