import { gzipSuite } from "../../conformance/gzip-suite.ts";
import { decompressed } from "../../support/byte-streams.ts";
import { useSeed } from "../../support/seed.ts";

useSeed();
gzipSuite("gunzip", decompressed);
