#!/usr/bin/env bash
# Compiles assembly/ and src/ to dist/, which is replaced as a whole: a file removed from src/ must not stay importable,
# and a planish that is running meanwhile keeps a complete dist/.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/build-kernel.sh
bash scripts/build-page.sh
new=$(mktemp -d .build-XXXXXX)
trap 'rm -rf "$new"' EXIT
node_modules/.bin/tsc -p tsconfig.build.json --outDir "$new/modules" --declarationDir "$new/dist"
node_modules/.bin/node scripts/bundle.ts "$new/modules" "$new/dist"
mkdir -p "$new/dist/kernel"
cp src/kernel/*.wasm "$new/dist/kernel"
mkdir -p "$new/dist/report/built"
cp src/report/built/page.* "$new/dist/report/built"
if [ -e dist ]; then mv dist "$new/old"; fi
mv "$new/dist" dist
