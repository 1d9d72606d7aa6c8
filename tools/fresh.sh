#!/usr/bin/env bash
# Runs every generator of tools/generators.txt and says which committed files it changed: fresh.sh BUILD_FOLDER
# A stale file is left as the generator wrote it, so that the remedy is to look at it and commit it.
# The last line counts generators: `N passed, N failed`.
set -uo pipefail

build=$(realpath "${1:?usage: fresh.sh BUILD_FOLDER [TABLE]}")
table=$(realpath "${2:-"$(dirname "${BASH_SOURCE[0]}")/generators.txt"}")
cd "$(dirname "$table")/.." || exit 1

state_of() { find "$@" -type f -print0 2>/dev/null | sort --zero-terminated | xargs --null --no-run-if-empty sha256sum; }

passed=0 failed=0
while IFS= read -r line; do
  [[ -z $line || $line == \#* ]] && continue
  read -r -a paths <<< "${line%% : *}"
  command=${line#* : }
  command=${command//\{build\}/$build}
  before=$(state_of "${paths[@]}")
  if ! bash -c "$command" </dev/null; then
    echo "fresh.sh: failed: $command"
    failed=$((failed + 1))
  elif [[ $before != "$(state_of "${paths[@]}")" ]]; then
    echo "fresh.sh: stale, and now rewritten: ${paths[*]}: look at the change and commit it"
    failed=$((failed + 1))
  else
    passed=$((passed + 1))
  fi
done < "$table"
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
