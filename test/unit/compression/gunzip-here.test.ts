import { gunzipHere } from "../../../src/compression/gunzip-here.ts";
import { gzipSuite } from "../../conformance/gzip-suite.ts";
import { decompressed } from "../../support/byte-streams.ts";
import { useSeed } from "../../support/seed.ts";

useSeed();
gzipSuite("gunzip in the calling thread", (bytes, size) => decompressed(bytes, size, gunzipHere));
