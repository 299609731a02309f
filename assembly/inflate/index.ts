/**
 * Inflates the members of a gzip blob, one after another, and records where their blocks are. RFC 1951. The host
 * handles everything around the deflate streams: it writes input to the address that makeRoom returns, calls
 * beginMember where a stream begins, and then run, repeatedly. After each run the host reads the output from `taken` to
 * `out` and the rows at BLOCKS: the next run overwrites them.
 */
import {
  blockIsFinal,
  blockType,
  headerEnd,
  readBlockHeader,
  STORED_BLOCK,
  storedLength,
} from "../shared/block-header";
import { setUpCodes } from "../shared/codes";
import { DISTANCE_TOO_FAR, DONE, NEED_INPUT } from "../shared/status";
import { readSymbol, symbolByte, symbolDistance, symbolEnd, symbolLength } from "../shared/symbol";
import { blocksAreFull, CODED, closeBlock, FINAL, openBlock, releaseBlocks, STORED } from "./blocks";
import { decodeFast } from "./fast-loop";
import { at, end, readUpTo, resetInput, skipInput } from "./input";
import { MEMORY_PAGES, OUTPUT_END, OUTPUT_SLACK } from "./memory";
import { appendByte, appendMatch, appendStored, out, raiseFloor, releaseOutput, resetOutput } from "./output";
import { MEMBER_ENDED, NEED_BLOCKS, NEED_OUTPUT } from "./status";

export { REMAINDER } from "../shared/memory";
export { divide } from "../shared/remainder";
export { blockCount } from "./blocks";
export { addInput, at, end, inputOffset, makeRoom, skipInput } from "./input";
export { BLOCKS, INPUT, INPUT_BYTES } from "./memory";
export { out, taken } from "./output";

/** The part that comes next in the input. */
const HEADER: u32 = 0;
const SYMBOLS: u32 = 1;
const BYTES: u32 = 2;
const NOTHING: u32 = 3;

let next: u32 = NOTHING;

/** Remaining bytes of the current stored block. */
let bytesLeft: usize = 0;

memory.grow(MEMORY_PAGES - memory.size());
setUpCodes();

/** Resets everything, in any state: the next byte of input is the first one of a blob. */
export function reset(): void {
  resetInput();
  resetOutput();
  releaseBlocks();
  next = NOTHING;
}

/** Starts a deflate stream at the next byte of input; it cannot refer to bytes before it. */
export function beginMember(): void {
  raiseFloor();
  next = HEADER;
}

/**
 * Inflates until it needs input or room, the member ends, or damage is found, which is final; returns which of these.
 */
export function run(): i32 {
  releaseOutput();
  releaseBlocks();
  let status = DONE;
  while (status === DONE) {
    if (next === HEADER) status = readHeader();
    else if (next === SYMBOLS) status = decodeSymbols();
    else if (next === BYTES) status = copyBytes();
    else status = MEMBER_ENDED;
  }
  return status;
}

function readHeader(): i32 {
  if (blocksAreFull()) return NEED_BLOCKS;
  const status = readBlockHeader(at, end);
  if (status !== DONE) return status;
  if (blockType === STORED_BLOCK) {
    openBlock(headerEnd);
    bytesLeft = storedLength;
    next = BYTES;
  } else {
    openBlock(at);
    next = SYMBOLS;
  }
  readUpTo(headerEnd);
  return DONE;
}

/**
 * Decodes until the block ends. Near the end of the input it decodes one symbol at a time, and only complete ones.
 */
function decodeSymbols(): i32 {
  let status = decodeFast();
  while (status === NEED_INPUT) {
    if (out >= OUTPUT_END) return NEED_OUTPUT;
    status = readSymbol(at, end);
    if (status !== DONE) return status;
    readUpTo(symbolEnd);
    if (symbolLength === 0) break;
    if (symbolDistance === 0) appendByte(symbolByte);
    else if (!appendMatch(symbolLength, symbolDistance)) return DISTANCE_TOO_FAR;
    status = decodeFast();
  }
  return status === DONE ? endBlock(blockIsFinal ? FINAL : CODED) : status;
}

function copyBytes(): i32 {
  const length = min(bytesLeft, min((end - at) >> 3, OUTPUT_END + OUTPUT_SLACK - out));
  appendStored(at >> 3, length);
  skipInput(length);
  bytesLeft -= length;
  if (bytesLeft === 0) return endBlock(STORED);
  return out >= OUTPUT_END ? NEED_OUTPUT : NEED_INPUT;
}

function endBlock(kind: u32): i32 {
  closeBlock(at, kind);
  next = blockIsFinal ? NOTHING : HEADER;
  return DONE;
}
