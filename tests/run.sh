#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test.
#
#   sudo tests/run.sh [--full] [-R REGEX]
#
#   --full     also: ThreadSanitizer, clang, clang-tidy, and 500 kills in 50,000 mails instead of 100 in 5,000
#   -R REGEX   only the tests whose names match
#
# The last line is "tests: N passed, N failed, N skipped". Builds are kept in build/ and taken up again.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=packaging/packages.sh
. packaging/packages.sh

full=0 filter=()
while [ $# -gt 0 ]; do
  case $1 in
    --full) full=1; export POSTERN_FULL=1 ;;
    -R) filter=(-R "${2:?a regular expression}"); shift ;;
    *) sed -n '2,10p' "$0"; exit 2 ;;
  esac
  shift
done

say() { printf '\n== %s (%s)\n' "$*" "$(date -u +%H:%M:%S)"; }

say "packages"
# shellcheck disable=SC2086
postern_install $postern_build_packages $postern_test_packages $([ "$full" = 0 ] || echo "$postern_full_packages")

# promtool tries the alert rules. Its package would start a Prometheus at the next boot, so it is only unpacked.
postern_unpack prometheus build/tools || echo "promtool cannot be fetched: $(tail -n 1 build/tools/prometheus.log)"

# Objects do not depend on where the clone stands, so that clones side by side share the cache.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
jobs=$(nproc)
results=()
failed_builds=0

# build PRESET [TARGET ...]
build() {
  local preset=$1
  shift
  say "build $preset"
  mkdir -p build
  cmake --preset "$preset" > "build/$preset.log" 2>&1 || { cat "build/$preset.log"; return 1; }
  cmake --build "build/$preset" -j "$jobs" ${1:+--target "$@"} -- --quiet
}

# run_tests PRESET JOBS [CTEST ARGUMENT ...]
run_tests() {
  local preset=$1 at_once=$2
  shift 2
  say "tests $preset"
  local xml=$PWD/build/$preset/results.xml
  rm -f "$xml"
  ctest --test-dir "build/$preset" --output-on-failure --output-junit "$xml" --no-tests=error -j "$at_once" "${filter[@]}" "$@" || true
  results+=("$xml")
}

# The end-to-end tests wait most of their time, so that more of them run at once than there are processors, and the next build
# uses what they leave.
build dev || failed_builds=1
if [ "$failed_builds" = 0 ]; then
  (renice -n 19 "$BASHPID" > /dev/null && build asan) > build/asan-build.log 2>&1 &
  asan=$!
  run_tests dev $((2 * jobs))
  wait "$asan" || failed_builds=1
  cat build/asan-build.log
  [ "$failed_builds" = 1 ] || run_tests asan "$jobs" -L 'unit|scenario|contract'
fi
if [ "$full" = 1 ] && [ "$failed_builds" = 0 ]; then
  build tsan || failed_builds=1
  [ "$failed_builds" = 1 ] || run_tests tsan "$jobs" -L 'unit|scenario|contract'
  build clang || failed_builds=1
  say "clang-tidy"
  python3 tests/checks/tidy.py build/clang || failed_builds=1
fi

python3 - "$failed_builds" "${results[@]}" << 'PY'
import sys, xml.etree.ElementTree as ET
passed = failed = skipped = 0
for path in sys.argv[2:]:
    try:
        suite = ET.parse(path).getroot()
    except (OSError, ET.ParseError) as e:
        print(f"no results in {path}: {e}")
        failed += 1
        continue
    for case in suite.iter("testcase"):
        name, status = case.get("name"), case.get("status")
        if status == "run":
            passed += 1
        elif case.find("skipped") is not None or status in ("notrun", "disabled"):
            skipped += 1
            reason = (case.findtext("system-out") or "").strip().splitlines()
            print(f"skipped: {name}: {reason[-1] if reason else case.find('skipped').get('message')}")
        else:
            failed += 1
            print(f"failed: {name}")
if sys.argv[1] == "1":
    print("failed: the build")
    failed += 1
print(f"tests: {passed} passed, {failed} failed, {skipped} skipped")
sys.exit(1 if failed or passed == 0 else 0)
PY
