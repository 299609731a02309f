#!/usr/bin/env bash
# Installs the npm packages of the lockfile, unless they are installed already. They include the Node with which the
# project is built and tested, so the machine's own Node only needs to run npm.
set -euo pipefail
cd "$(dirname "$0")/.."
stamp=node_modules/.installed-for
if [ "$(cat "$stamp" 2>/dev/null)" != "$(sha256sum package-lock.json)" ]; then
  # An npm older than the Node that it runs on calls what is deprecated.
  export NODE_OPTIONS=--no-deprecation
  npm ci --no-fund --no-audit --loglevel=error
  # npm leaves out optional packages that the Node it runs on is too old for, such as the native parts of the build's
  # tools. On the Node that came with the others it adds them.
  PATH="$PWD/node_modules/.bin:$PATH" npm install --no-save --no-fund --no-audit --loglevel=error >/dev/null
  sha256sum package-lock.json >"$stamp"
fi
