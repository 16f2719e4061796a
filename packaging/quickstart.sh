#!/usr/bin/env bash
# Shows Postern at work on this machine, without touching its mail system.
#
#   sudo packaging/quickstart.sh [--once]
#
# Installs the Debian packages that are missing (nothing is started), builds Postern,
# starts a private Postfix on loopback with posternd as its milter, sends sample mails and
# shows what became of each. Ctrl-C ends it and removes everything but the build.
# --once: does the round, ends, and exits with 0 when all came out as it should.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=packaging/packages.sh
. packaging/packages.sh

once=
case ${1:-} in
  "") ;;
  --once) once=--once ;;
  *) sed -n '2,10p' "$0"; exit 2 ;;
esac
if [ "$(id -u)" != 0 ]; then
  echo "quickstart: run it as root (sudo packaging/quickstart.sh): a private Postfix needs root, because its daemons change their user" >&2
  exit 2
fi
# shellcheck disable=SC2086
postern_install $postern_build_packages $postern_demo_packages
mkdir -p build
echo "Building (the first time takes some minutes) ..."
cmake --preset release > build/quickstart-build.log 2>&1 && cmake --build build/release -j "$(nproc)" >> build/quickstart-build.log 2>&1 || {
  tail -n 30 build/quickstart-build.log >&2
  echo "quickstart: the build failed; all of its output: build/quickstart-build.log" >&2
  exit 2
}
exec python3 packaging/quickstart/demo.py "$PWD/build/release" $once
