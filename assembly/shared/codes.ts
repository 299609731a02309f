import { Code } from "./huffman";
import { writeMeanings } from "./meanings";
import * as at from "./memory";

/**
 * The three codes of a block. The lengths of the distance code directly follow those of the literal code, so their
 * address is set for each block.
 */
export const LITERAL_CODE = changetype<Code>(at.LITERAL_CODE);
export const DISTANCE_CODE = changetype<Code>(at.DISTANCE_CODE);
export const PRECODE = changetype<Code>(at.PRECODE_CODE);

/** Writes everything to memory that tables are built from. Call it once, when a kernel starts. */
export function setUpCodes(): void {
  writeMeanings();
  LITERAL_CODE.lengths = at.CODE_LENGTHS;
  LITERAL_CODE.meanings = at.LITERAL_MEANINGS;
  LITERAL_CODE.table = at.LITERAL_TABLE;
  LITERAL_CODE.tableBits = at.LITERAL_TABLE_BITS;
  LITERAL_CODE.mayBeAlone = true;
  DISTANCE_CODE.meanings = at.DISTANCE_MEANINGS;
  DISTANCE_CODE.table = at.DISTANCE_TABLE;
  DISTANCE_CODE.tableBits = at.DISTANCE_TABLE_BITS;
  DISTANCE_CODE.mayBeAlone = true;
  PRECODE.lengths = at.PRECODE_LENGTHS;
  PRECODE.meanings = at.PRECODE_MEANINGS;
  PRECODE.table = at.PRECODE_TABLE;
  PRECODE.tableBits = at.PRECODE_TABLE_BITS;
  PRECODE.mayBeAlone = false;
}
