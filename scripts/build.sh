#!/usr/bin/env bash
# Compiles src/ to dist/. The old dist/ goes first: a file that left src/ must not stay importable.
set -euo pipefail
cd "$(dirname "$0")/.."
rm -rf dist
node_modules/.bin/tsc -p tsconfig.build.json
