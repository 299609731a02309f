/** Tars with every kind of member, and damage for them. */
import fc from "fast-check";
import { dir, file, gnuLong, hardlink, layer, layerWith, opaque, pax, symlink, whiteout } from "./tar-fixture.ts";
import { sparse } from "./tar-sparse.ts";

/** Layers with every kind of member, to be damaged. */
const LAYERS = [
  layer(
    dir("etc"),
    file("etc/hosts", "x".repeat(700), { xattrs: { "user.a": "b" }, mtimeNanoseconds: 5 }),
    symlink("s", "../etc/hosts"),
    hardlink("h", "etc/hosts"),
    file(`${"long/".repeat(40)}x`, "y"),
    whiteout("etc/passwd"),
    opaque("var"),
    file("last", "z"),
  ),
  layerWith(
    { dialect: "gnu" },
    gnuLong("L", "name"),
    file("a"),
    file("b".repeat(120), "c", { uid: 3_000_000, mtime: -1 }),
  ),
  layerWith(
    { zeroBlocks: 0 },
    pax([
      ["path", "p"],
      ["uid", "5"],
    ]),
    file("a"),
    ...(["0.0", "0.1", "1.0", "old"] as const).map((version) =>
      sparse(
        `s${version}`,
        [
          [3, "abc"],
          [900, "de"],
        ],
        { version, size: 1000 },
      ),
    ),
  ),
].map((fixture) => fixture.tar());

/**
 * Overwrites bytes, removes or repeats some, or replaces a number, then corrects the checksums of whole blocks, so that
 * the damage is not detected by them.
 */
const damage = fc.array(
  fc.record({
    at: fc.nat(20_000),
    bytes: fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 12 }), fc.constantFrom(...numbers())),
    mend: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
);

function numbers(): Uint8Array[] {
  const texts = [
    "77777777777\0",
    "\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff",
    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
    "x",
    "g",
    "S",
  ];
  return texts.map((text) => new Uint8Array(Buffer.from(text, "latin1")));
}

function mendChecksum(tar: Uint8Array, at: number): void {
  const start = at - (at % 512);
  const block = Buffer.from(tar.buffer, tar.byteOffset + start, Math.min(512, tar.length - start));
  if (block.length < 512) return;
  block.fill(" ", 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
}

const cases = fc.tuple(fc.constantFrom(...LAYERS), damage, fc.option(fc.nat(20_000), { freq: 4 }));

/** A tar that is damaged in a few places, and perhaps truncated. */
export const damagedTar: fc.Arbitrary<Uint8Array> = cases.map(([tar, wounds, cut]) => {
  const broken = tar.slice(0, cut === null ? tar.length : cut % tar.length);
  for (const { at, bytes, mend } of broken.length === 0 ? [] : wounds) {
    const where = at % broken.length;
    broken.set(bytes.subarray(0, broken.length - where), where);
    if (mend) mendChecksum(broken, where);
  }
  return broken;
});
