import type {
  Diagnostic,
  DiffId,
  Digest,
  FlattenedImage,
  FlattenResult,
  HistoryLayer,
  HistoryResult,
} from "../../../../src/index.ts";

/** Results as the library gives them, for drawing; the figures are those of no image. */

export const digest = (digit: string): Digest => `sha256:${digit.repeat(64)}` as Digest;
export const diffId = (digit: string): DiffId => digest(digit) as string as DiffId;

export const diagnostics: readonly Diagnostic[] = [
  ...[
    "usr/share/doc",
    "usr/lib/x86_64-linux-gnu/perl/5.36/auto/very/long/path/that/does/not/fit/on/a/narrow/line",
    "opt",
    "caf\xe9\n",
  ].map((path, layer) => ({
    rule: "D3",
    message:
      "a layer writes into a directory of a lower layer without listing it; the lower directory keeps its metadata",
    strict: false,
    layer,
    path,
  })),
  { rule: "attestation-dropped", message: "an attestation names the old digest and was left out", strict: false },
];

export const image: FlattenedImage = {
  platform: "linux/amd64",
  alreadyFlat: false,
  before: {
    manifest: digest("1"),
    config: digest("2"),
    layers: 8,
    cachedLayers: 0,
    size: 180_400_000,
    uncompressedSize: 411_000_000,
  },
  after: {
    manifest: digest("3"),
    config: digest("4"),
    layers: [
      {
        kept: false,
        first: 0,
        last: 7,
        digest: digest("5"),
        diffId: diffId("6"),
        size: 150_300_000,
        uncompressedSize: 352_000_000,
        compression: "gzip",
        copied: { verbatim: 0, spliced: 340_100_000, transcoded: 9_700_000, stored: 0, recompressed: 2_200_000 },
      },
    ],
  },
  entries: { kept: 12_345, hidden: 678 },
  diagnostics,
};

export const flattened: FlattenResult = {
  source: "docker-archive:app.tar",
  destination: "docker-archive:flat.tar",
  tags: ["app:flat"],
  digest: digest("7"),
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  images: [image],
  diagnostics: [],
  scratchBytes: 421_000_000,
  milliseconds: 4200,
};

const layer = (number: number, size: number, hidden: [entries: number, size: number]): HistoryLayer => ({
  number,
  digest: digest(String(number)),
  diffId: diffId("a"),
  mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
  compression: "gzip",
  size: Math.round(size / 3),
  uncompressedSize: size,
  entries: 1000 * (number + 1),
  hidden: hiddenSummary(...hidden),
});

function hiddenSummary(entries: number, size: number): HistoryLayer["hidden"] {
  return {
    entries,
    size,
    reasons: { replaced: entries, whiteout: 0, opaque: 0, duplicate: 0, relisted: 0, marker: 0, excluded: 0 },
  };
}

export const past: HistoryResult = {
  source: "docker-archive:app.tar",
  names: ["app:1.0"],
  digest: digest("7"),
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  diagnostics: [],
  images: [
    {
      platform: "linux/amd64",
      manifest: digest("7"),
      config: digest("8"),
      size: 60_000_000,
      uncompressedSize: 180_000_000,
      entries: 6000,
      hidden: hiddenSummary(128, 22_300_000),
      flat: { entries: 5872, uncompressedSize: 157_000_000 },
      diagnostics: [],
      steps: [
        {
          created: "2026-11-01T09:00:00Z",
          createdBy: 'CMD ["nginx" "-g" "daemon off;"]',
          comment: "buildkit.dockerfile.v0",
        },
        {
          created: "2026-11-01T09:00:00Z",
          createdBy:
            "RUN /bin/sh -c apt-get update && apt-get install -y nginx && rm -rf /var/lib/apt/lists/* # buildkit",
          layer: layer(2, 57_100_000, [0, 0]),
        },
        { created: "2026-10-31T09:00:00Z", createdBy: "/bin/sh -c #(nop)  ENV X=\x1b[31m日本" },
        {
          created: "2026-10-31T09:00:00Z",
          createdBy: "/bin/sh -c apt-get install -y curl",
          layer: layer(1, 60_300_000, [3, 0]),
        },
        { layer: layer(0, 62_600_000, [125, 22_300_000]) },
      ],
    },
  ],
};
