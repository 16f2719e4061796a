#!/bin/sh
# units.sh SOURCE_DIR: the systemd units are well-formed and keep the gate confined. Exit 77 without systemd-analyze.
command -v systemd-analyze >/dev/null 2>&1 || { echo "systemd-analyze is not installed (apt-get install systemd)"; exit 77; }
units=$1/packaging/systemd
status=0
# The level of exposure must not pass 2.0 (--threshold takes tenths).
systemd-analyze security --offline=yes --threshold=20 --no-pager "$units/postern.service" > /dev/null || {
  echo "systemd-analyze security: more exposed than 2.0"
  status=1
}
# What verify complains of: unknown settings and values. Programs and manuals are not installed here.
complaints=$(systemd-analyze verify "$units/postern.service" "$units/postern.socket" 2>&1 | grep "^.*postern\.\(service\|socket\):" |
  grep -v "is not executable: No such file\|Command 'man .*' failed")
test -z "$complaints" || { echo "$complaints"; status=1; }
# Without these the readers cannot confine themselves, and the gate does not start.
for call in seccomp landlock_create_ruleset landlock_add_rule landlock_restrict_self; do
  grep -q "^SystemCallFilter=.*$call" "$units/postern.service" || { echo "postern.service does not allow $call"; status=1; }
done
exit $status
