#!/usr/bin/env bash
# Bundles the report page, src/report/page, to src/report/built/page.js and page.css. Files are replaced atomically.
set -euo pipefail
cd "$(dirname "$0")/.."
new=$(mktemp -d .build-XXXXXX)
trap 'rm -rf "$new"' EXIT
node_modules/.bin/esbuild src/report/page/main.tsx --bundle --minify --charset=ascii --format=iife --target=es2023 --log-level=warning \
  --tsconfig=src/report/page/tsconfig.json --outfile="$new/page.js"
node_modules/.bin/esbuild src/report/page/page.css --bundle --minify --charset=ascii --target=chrome123,firefox120,safari17.5 --log-level=warning --outfile="$new/page.css"
mkdir -p src/report/built
mv "$new"/page.* src/report/built
