/** Which engine's view of a stack counts where engines differ; names and meanings as in `--profile`. */
export type View = "containerd" | "overlay2" | "spec";

/**
 * What each view does in the rows of the divergence table that have more than one outcome (§12), one question a row.
 */
export interface MergeRules {
  /** D1 */
  readonly rootCanBeOpaque: boolean;
  /** D2: a directory after its own whiteout starts empty. */
  readonly remadeIsOpaque: boolean;
  /** D3: a directory that the upper layer does not list becomes 0755 0:0. */
  readonly unlistedIsReset: boolean;
  /** D4 */
  readonly followsLowerLinks: boolean;
  /** D9 */
  readonly zeroDeviceRemoves: boolean;
  /** D10 */
  readonly obeysOverlayMarks: boolean;
  /** D12 */
  readonly linkHeaderCounts: boolean;
  /** D12 */
  readonly linkSetsSymlinkTime: boolean;
  /** D13 */
  readonly markersMakeParents: boolean;
}

export const MERGE_RULES: Readonly<Record<View, MergeRules>> = {
  containerd: {
    rootCanBeOpaque: false,
    remadeIsOpaque: false,
    unlistedIsReset: false,
    followsLowerLinks: false,
    zeroDeviceRemoves: true,
    obeysOverlayMarks: false,
    linkHeaderCounts: true,
    linkSetsSymlinkTime: true,
    markersMakeParents: true,
  },
  overlay2: {
    rootCanBeOpaque: false,
    remadeIsOpaque: false,
    unlistedIsReset: true,
    followsLowerLinks: false,
    zeroDeviceRemoves: true,
    obeysOverlayMarks: true,
    linkHeaderCounts: true,
    linkSetsSymlinkTime: false,
    markersMakeParents: true,
  },
  spec: {
    rootCanBeOpaque: true,
    remadeIsOpaque: true,
    unlistedIsReset: false,
    followsLowerLinks: true,
    zeroDeviceRemoves: false,
    obeysOverlayMarks: false,
    linkHeaderCounts: false,
    linkSetsSymlinkTime: false,
    markersMakeParents: false,
  },
};
