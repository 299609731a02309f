#!/usr/bin/env bash
# Installs the npm packages that the lockfile names, unless they are there already. Among them is the Node that the
# project is built and tested with, so the machine's own Node only has to be able to run npm.
set -euo pipefail
cd "$(dirname "$0")/.."
stamp=node_modules/.installed-for
if [ "$(cat "$stamp" 2>/dev/null)" != "$(sha256sum package-lock.json)" ]; then
  npm ci --no-fund --no-audit --loglevel=error
  sha256sum package-lock.json >"$stamp"
fi
