/**
 * Joins the modules that tsc compiled to a few files: `node scripts/bundle.ts FROM TO`. To find, read and link 300
 * modules takes longer than most of what they do. Entry points keep their names, what they share lies in chunks/,
 * dependencies stay outside.
 */
import { globSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { type Plugin, rolldown } from "rolldown";

/** What is imported by name: the package, its programs, and what threads load. */
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

/** Modules find files by where they lie themselves. So `import.meta.url` stays what it was before they were joined. */
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
