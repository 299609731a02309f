/**
 * Bundles the modules compiled by tsc into a few files: `node scripts/bundle.ts FROM TO`. Finding, reading and linking
 * 300 modules takes longer than most of what they do. Entry points keep their names, shared code is in chunks/,
 * dependencies stay external.
 */
import { globSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { type Plugin, rolldown } from "rolldown";

/** Entry points: the package, its programs, and modules loaded by threads. */
const ENTRIES = ["index.js", "cli/main.js", "cli/plugin/docker-plugin.js", "workers/thread.js", "*/worker.js"];

const [from, to] = process.argv.slice(2).map((folder) => resolve(folder));
if (from === undefined || to === undefined) throw new Error("usage: bundle.ts FROM TO");

await using bundle = await rolldown({
  input: Object.fromEntries(entries(from)),
  cwd: from,
  platform: "node",
  experimental: { attachDebugInfo: "none" },
  external: /^[^./]/,
  plugins: [keepPlaces(from)],
});
await bundle.write({ dir: to, format: "esm", entryFileNames: "[name].js", chunkFileNames: "chunks/[name]-[hash].js" });

function entries(folder: string): (readonly [name: string, path: string])[] {
  const files = globSync(ENTRIES, { cwd: folder });
  return files.sort().map((file) => [file.replace(/\.js$/, ""), join(folder, file)]);
}

/** Modules locate files relative to themselves, so `import.meta.url` keeps its value from before bundling. */
function keepPlaces(folder: string): Plugin {
  return {
    name: "keep-places",
    transform(code, id) {
      return code.replaceAll("import.meta.url", `PLACE_OF_MODULE("${relative(folder, id)}")`);
    },
    renderChunk(code, { fileName }) {
      return code.replaceAll(/PLACE_OF_MODULE\("(.*?)"\)/g, (_, module: string) => {
        return `new URL("${relative(dirname(fileName), module)}", import.meta.url).href`;
      });
    },
  };
}
