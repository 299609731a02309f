import fc from "fast-check";
import type { HeaderFields, HeaderType } from "../../src/tar/header-encode.ts";
import { utf8 } from "./tar-block.ts";

const TYPES: readonly HeaderType[] = ["file", "hardlink", "symlink", "char", "block", "directory", "fifo"];

/** Any bytes, one char per byte. */
const bytesText = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString("latin1"));

/** One component of a path: mostly letters, sometimes bytes that are likely to cause trouble. */
function component(utf8Names: boolean) {
  const odd = utf8Names
    ? fc.constantFrom(utf8("é"), utf8("日本"))
    : fc.constantFrom("\xe9", "\xff\xfe", utf8("é"), "\n", "\\");
  const letters = fc.string({ unit: fc.constantFrom(..."abcXYZ09-_."), minLength: 1, maxLength: 110 });
  return fc
    .tuple(letters, fc.option(odd, { freq: 6 }))
    .map(([name, more]) => name + (more ?? ""))
    .filter((name) => name !== "." && name !== ".." && !name.startsWith(".wh."));
}

/** A cleaned path, short, or so long that it needs a prefix or a pax record. */
function paths(utf8Names: boolean) {
  return fc.array(component(utf8Names), { minLength: 1, maxLength: 6 }).map((parts) => parts.join("/"));
}

const number = (...edges: number[]) => fc.oneof(fc.constantFrom(...edges), fc.integer({ min: 0, max: 2_097_151 }));

/** Fields of one header; numbers include the limits at which their encoding changes. */
export function headerFields({ utf8Names }: { readonly utf8Names: boolean }): fc.Arbitrary<HeaderFields> {
  const names = fc.uniqueArray(fc.string({ unit: fc.constantFrom(..."abc._"), minLength: 1, maxLength: 12 }), {
    maxLength: 3,
  });
  const xattrs = names.chain((keys) =>
    fc.tuple(...keys.sort().map((key) => bytesText.map((value) => ({ name: `user.${key}`, value })))),
  );
  const meta = fc.record({
    mode: fc.integer({ min: 0, max: 0o7777 }),
    uid: number(0, 2_097_151, 2_097_152, 4_294_967_295),
    gid: number(0, 2_097_151, 2_097_152, 4_294_967_295),
    mtimeSeconds: fc.oneof(fc.integer({ min: -10, max: 2_000_000_000 }), fc.constantFrom(8_589_934_591, 8_589_934_592)),
    mtimeNanoseconds: fc.oneof(fc.constant(0), fc.constantFrom(1, 500_000_000, 999_999_999)),
    xattrs: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: xattrs }),
  });
  return fc
    .record({
      type: fc.constantFrom(...TYPES),
      path: paths(utf8Names),
      linkPath: paths(utf8Names),
      size: number(0, 8_589_934_591, 8_589_934_592),
      major: number(0, 2_097_151),
      minor: number(0, 2_097_151),
      meta,
    })
    .map(plain);
}

/** The same fields without what their type does not have. */
function plain({ linkPath, size, major, minor, ...fields }: HeaderFields & { linkPath: string }): HeaderFields {
  const link = fields.type === "symlink" || fields.type === "hardlink";
  const device = fields.type === "char" || fields.type === "block";
  return {
    ...fields,
    meta: fields.type === "symlink" ? { ...fields.meta, mode: 0o777 } : fields.meta,
    size: fields.type === "file" ? size : 0,
    ...(link ? { linkPath } : {}),
    major: device ? major : 0,
    minor: device ? minor : 0,
  };
}
