#!/usr/bin/env bash
# packaging/packages.sh against a Debian of stubs: what is refused, and that nothing stays behind.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
export PATH=$work/bin:$PATH TMPDIR=$work postern_policy_rc=$work/policy-rc.d work
failed=0

stub() { printf '#!/bin/sh\n%s\n' "$2" > "$work/bin/$1" && chmod 755 "$work/bin/$1"; }
check() { if eval "$2"; then echo "ok      $1"; else echo "FAILED  $1"; failed=1; fi; }
# install PACKAGE ...: as the scripts do; its output is in $work/out.
install() {
  (set -e; . "$root/packaging/packages.sh"; postern_install "$@") > "$work/out" 2>&1
  status=$?
}

stub id 'echo 0'
stub debconf-set-selections 'cat > "$work/debconf"'
stub dpkg-query 'case "$*" in *Provides*) cat "$work/installed" ;; *) exit 1 ;; esac'
stub apt-get 'echo "$*" >> "$work/apt"; [ -x "$postern_policy_rc" ] && "$postern_policy_rc"; echo "$?" >> "$work/guard"; exit 0'

printf 'ii |exim4-daemon-light|mail-transport-agent\nii |bash|\n' > "$work/installed"
install postfix python3
check "another mail server: refused" '[ "$status" = 1 ] && grep -q "exim4-daemon-light" "$work/out"'
check "and nothing is installed" '[ ! -e "$work/apt" ]'

printf 'ii |bash|\nrc |exim4-daemon-light|mail-transport-agent\nii |libmail|default-mta-tool\n' > "$work/installed"
install postfix python3
check "one that was removed is none" '[ "$status" = 0 ]'
check "Postfix gets no configuration" 'grep -q "No configuration" "$work/debconf"'
check "all that is missing is asked for" 'grep -q -- "--no-install-recommends postfix python3" "$work/apt"'
check "nothing may start meanwhile" '[ "$(sort -u "$work/guard")" = 101 ]'
check "and afterwards everything may" '[ ! -e "$postern_policy_rc" ]'
check "no log stays" '! ls "$work"/postern-apt.* 2> /dev/null'

printf '#!/bin/sh\nexit 0\n# theirs\n' > "$postern_policy_rc" && chmod 755 "$postern_policy_rc"
install python3
check "a policy-rc.d that was there is put back" 'grep -q theirs "$postern_policy_rc" && [ -x "$postern_policy_rc" ]'
check "and only that" '[ "$(ls "$work" | grep -c policy-rc)" = 1 ]'

stub apt-get 'echo "E: no such package"; exit 100'
install python3
check "apt-get fails: so do we, with its words" '[ "$status" = 100 ] && grep -q "no such package" "$work/out"'
check "a policy-rc.d that was there is put back then too" 'grep -q theirs "$postern_policy_rc"'

rm "$postern_policy_rc"
stub apt-get 'kill -TERM $PPID; sleep 0.2'
install python3
check "ended in the middle" '[ "$status" = 143 ]'
check "the guard is gone" '[ ! -e "$postern_policy_rc" ]'

stub id 'echo 1000'
install python3
check "not as root: says what to install" '[ "$status" = 1 ] && grep -q "apt-get install --no-install-recommends python3" "$work/out"'
exit "$failed"
