#!/bin/sh
# miltertest.sh ACCEPT_ALL SCRIPT CORNERS: each kind of answer, and corners of the protocol, seen by miltertest. Exit 77
# without miltertest.
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

"$1" "unix:$dir/m.sock" accept &
pid=$!
for corner in version_2 version_4 null_sender no_header_no_body abort_anywhere unknown_command two_connections vanishing; do
  miltertest -D "socket=unix:$dir/m.sock" -D "corner=$corner" -s "$3" || { echo "$corner: failed"; exit 1; }
done
kill "$pid"
wait "$pid" || { echo "the server ended badly"; exit 1; }
pid=
