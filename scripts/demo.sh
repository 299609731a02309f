#!/usr/bin/env bash
# Everything that `npm run demo` does: installs what is missing, builds, flattens the sample image, and says how to call
# planish from then on, which it cannot know itself.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/install.sh
bash scripts/build.sh
node_modules/.bin/node bin/planish.cjs demo
cat <<'END'

planish is now a command in this folder, and with Node 22.19 or newer it can be one everywhere:
  npx planish --help
  npm install --global .
END
