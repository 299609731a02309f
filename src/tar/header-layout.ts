/**
 * The fields of a header block: [offset, width], in bytes. pax(1) §ustar Interchange Format; for the fields of the GNU
 * and star formats GNU tar's manual §"Basic Tar Format".
 */
export const LAYOUT = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  typeflag: [156, 1],
  linkName: [157, 100],
  /** Six bytes of magic and two of version. */
  magic: [257, 8],
  userName: [265, 32],
  groupName: [297, 32],
  major: [329, 8],
  minor: [337, 8],
  prefix: [345, 155],
  gnuAtime: [345, 12],
  gnuCtime: [357, 12],
  /**
   * Four regions, each with an offset and a length of 12 bytes; then a byte that says whether extension blocks follow,
   * then the size including holes.
   */
  gnuSparse: [386, 96],
  gnuSparseMore: [482, 1],
  gnuRealSize: [483, 12],
  starPrefix: [345, 131],
  starAtime: [476, 12],
  starCtime: [488, 12],
  starTrailer: [508, 4],
} as const satisfies Readonly<Record<string, readonly [offset: number, width: number]>>;
