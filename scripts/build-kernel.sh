#!/usr/bin/env bash
# Compiles each kernel, assembly/NAME/index.ts, to src/kernel/NAME.wasm, unless that is newer than all of its inputs.
# Files are replaced atomically.
set -euo pipefail
cd "$(dirname "$0")/.."
new=$(mktemp -d .build-XXXXXX)
trap 'rm -rf "$new"' EXIT
for entry in assembly/*/index.ts; do
  name=$(basename "$(dirname "$entry")")
  wasm=src/kernel/$name.wasm
  if [ -e "$wasm" ] && [ -z "$(find assembly package-lock.json scripts/build-kernel.sh -newer "$wasm" -print -quit)" ]; then continue; fi
  # Static data comes after the literal table, see assembly/shared/memory.ts.
  node_modules/.bin/asc "$entry" --memoryBase 12288 --outFile "$new/$name.wasm" -O3 --enable simd --noAssert --runtime stub
  mkdir -p src/kernel
  mv "$new/$name.wasm" "$wasm"
done
