#!/usr/bin/env bash
# Builds build/release/mohur, or the targets named; says nothing when they are up to date, and everything when it fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p build/release
log=build/release/build.log
[[ -x build/release/mohur ]] || echo "Building Mohur; the first time takes some minutes (log: $log)"
if ! { cmake --preset release && cmake --build build/release --target "${@:-mohur}"; } >"$log" 2>&1 </dev/null; then
  cat "$log" >&2
  exit 1
fi
