#!/bin/sh
# alerts.sh SOURCE_DIR [PROMTOOL]: the alert rules are well-formed, and each is seen to stay quiet and to fire.
# Exit 77 without promtool.
set -u
rules=$1/packaging/prometheus/postern.rules.yml
cases=$1/packaging/prometheus/postern.rules.test.yml
promtool=${2:-}
command -v "$promtool" > /dev/null 2>&1 || {
  echo "promtool is not there: tests/run.sh fetches it (from the Debian package prometheus, unpacked and not installed)"
  exit 77
}
status=0
"$promtool" check rules "$rules" || status=1
(cd "$(dirname "$cases")" && "$promtool" test rules "$(basename "$cases")") || status=1
for alert in $(sed -n 's/^ *- alert: //p' "$rules"); do
  grep -q "alertname: $alert, exp_alerts: \[\]" "$cases" || { echo "$alert: no case in which it stays quiet"; status=1; }
  grep -q "^ *alertname: $alert$" "$cases" || { echo "$alert: no case in which it fires"; status=1; }
done
exit $status
