#!/bin/sh
# miltertest.sh ACCEPT_ALL SCRIPT: each kind of answer, seen by miltertest. Exit 77 without miltertest.
command -v miltertest >/dev/null 2>&1 || { echo "miltertest is not installed (apt-get install miltertest)"; exit 77; }
dir=$(mktemp -d) || exit 1
pid=
trap 'test -n "$pid" && kill "$pid" 2>/dev/null; rm -rf "$dir"' EXIT
for verdict in accept reject discard tempfail edit; do
  "$1" "unix:$dir/m.sock" "$verdict" &
  pid=$!
  miltertest -D "socket=unix:$dir/m.sock" -D "verdict=$verdict" -s "$2" || { echo "$verdict: failed"; exit 1; }
  kill "$pid"
  wait "$pid" || { echo "$verdict: the server ended badly"; exit 1; }
  pid=
done
