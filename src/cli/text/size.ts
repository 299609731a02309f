export { countOf, formatChange, formatCount, formatSize } from "../../index.ts";
