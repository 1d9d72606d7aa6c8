#!/usr/bin/env bash
# Installs the packages of tools/packages.txt that are missing, for the groups named: install.sh build run test
# Asks nothing. Without anything missing it needs neither the network nor root, and takes a blink.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
groups=" ${*:-build run test} "

wanted=()
while read -r group package _; do
  [[ -n $group && $group != \#* && $groups == *" $group "* ]] && wanted+=("$package")
done < "$here/packages.txt"

is_installed() { [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

if ! command -v dpkg-query >/dev/null; then
  echo "install.sh: this is not a Debian system; install by hand what stands for: ${wanted[*]}" >&2
  exit 1
fi

missing=()
for package in "${wanted[@]}"; do
  is_installed "$package" || missing+=("$package")
done
if [[ ${#missing[@]} -eq 0 ]]; then
  exit 0
fi

as_root=()
if [[ $(id -u) -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    echo "install.sh: missing: ${missing[*]}; run this once as root, or install sudo" >&2
    exit 1
  fi
  as_root=(sudo)
fi

echo "install.sh: installing ${missing[*]}"
for attempt in 1 2 3; do
  "${as_root[@]}" apt-get update --quiet --quiet && break
  echo "install.sh: apt-get update failed, attempt $attempt of 3" >&2
  sleep $((attempt * 5))
done
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --quiet --no-install-recommends \
  -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 "${missing[@]}" </dev/null
