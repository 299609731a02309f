#!/usr/bin/env bash
# Everything that `npm test` does: installs what is missing, checks, builds, runs every suite, and ends with a line of
# counts. Arguments are passed to vitest; `npm test -- --project unit` needs no engines.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/install.sh
# The engines are set up with programs in sbin, which `su` without `-` leaves out of root's path.
export PATH="$PWD/node_modules/.bin:$PATH:/usr/sbin:/sbin"
case " $* " in *" unit "*) ;; *) bash scripts/setup-tests.sh ;; esac
for program in zstd getfattr; do
  command -v "$program" >/dev/null && continue
  echo "test: $program is missing, which unit tests run; on Debian: apt-get install zstd attr" >&2
  exit 1
done

tsc -p tsconfig.json
tsc -p src/report/page
biome check --error-on-warnings .
knip --no-progress
bash scripts/build.sh

results=$(mktemp)
trap 'rm -f "$results"' EXIT
status=0
vitest run --reporter=default --reporter=json --outputFile.json="$results" "$@" || status=$?
node scripts/count-tests.ts "$results"
exit "$status"
