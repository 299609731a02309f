/** Inflates raw deflate streams (RFC 1951) and tells where their blocks lie. */
import { setUpCodes } from "../shared/codes";

export { blockIsFinal, blockType, headerEnd, readBlockHeader, storedLength } from "../shared/block-header";
export { SHARED_END } from "../shared/memory";
export { readSymbol, symbolByte, symbolDistance, symbolEnd, symbolLength } from "../shared/symbol";

setUpCodes();
