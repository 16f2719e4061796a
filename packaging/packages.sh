# Debian packages that Postern needs, and how the scripts install what is missing.
# Sourced by packaging/quickstart.sh and tests/run.sh; defines functions only.

# What the programs are built with.
postern_build_packages="g++ cmake ninja-build pkg-config ccache git
  libexpected-dev libyaml-cpp-dev nlohmann-json3-dev libcli11-dev libicu-dev libpoco-dev libsqlite3-dev zlib1g-dev
  libbz2-dev liblzma-dev libzstd-dev libdeflate-dev libssl-dev
  libsodium-dev nettle-dev libpoppler-cpp-dev libpoppler-private-dev poppler-data libqpdf-dev libarchive-dev libmagic-dev
  libuchardet-dev libgumbo-dev libseccomp-dev libhyperscan-dev libpcre2-dev libpsl-dev libidn2-dev
  librevenge-dev libwpd-dev libwpg-dev libwps-dev libvisio-dev libmspub-dev libetonyek-dev libe-book-dev libabw-dev libcdr-dev
  libfreehand-dev libpagemaker-dev libqxp-dev libstaroffice-dev libmwaw-dev libzmf-dev
  libleptonica-dev libheif-dev libzxing-dev libtesseract-dev tesseract-ocr-eng
  libkainjow-mustache-dev prometheus-cpp-dev ca-certificates"
# What the quickstart shows things with.
postern_demo_packages="postfix python3"
# What the tests need besides.
postern_test_packages="libgtest-dev libgmock-dev clang-format-14 postfix python3 swaks miltertest libmilter-dev sasl2-bin libsasl2-modules libsasl2-modules-db
  systemd adduser libgmime-3.0-dev"
# What only the yardsticks of tests/bench/run.py need.
postern_bench_packages="rspamd libgmime-3.0-dev"
# What only `tests/run.sh --full` needs.
postern_full_packages="clang-14 clang-tidy-14 libclang-rt-14-dev"

# Prints those of the given packages that are not installed.
postern_missing() {
  for package in "$@"; do
    status=$(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2> /dev/null || true)
    case $status in ii*) ;; *) echo "$package" ;; esac
  done
}

# Another mail server would be removed by installing Postfix: name it.
postern_other_mta() {
  dpkg-query -W -f='${db:Status-Abbrev}|${Package}|${Provides}\n' 2> /dev/null |
    awk -F'|' '$1 ~ /^ii/ && $2 != "postfix" && $3 ~ /(^|[ ,])mail-transport-agent([ ,]|$)/ { print $2; exit }'
}

# Installs the given packages, those that are missing. Nothing is started: a policy-rc.d that
# forbids it stands for as long as the installation runs, and Postfix gets no configuration.
postern_install() {
  # shellcheck disable=SC2046,SC2086 # one word a package
  missing=$(postern_missing "$@" | sort -u | tr '\n' ' ')
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" != 0 ]; then
    echo "These Debian packages are missing; install them as root, or run this script with sudo:" >&2
    echo "  apt-get install --no-install-recommends $missing" >&2
    return 1
  fi
  case " $missing " in
    *" postfix "*)
      other=$(postern_other_mta)
      if [ -n "$other" ]; then
        echo "The mail server '$other' is installed, and Debian allows one at a time: installing Postfix would remove it." >&2
        echo "Run this on another machine or in a container, or remove $other yourself first." >&2
        return 1
      fi
      echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
      ;;
  esac
  echo "Installing: $missing"
  postern_run_apt "$missing"
}

# Runs in a subshell, so that its traps are its own: however it ends, nothing is left that keeps services from starting.
postern_run_apt() (
  rc=${postern_policy_rc:-/usr/sbin/policy-rc.d}
  log=$(mktemp "${TMPDIR:-/tmp}/postern-apt.XXXXXX")
  kept=
  if [ -e "$rc" ]; then
    kept=$(mktemp "$rc.XXXXXX")
    cp -p "$rc" "$kept"
  fi
  trap 'if [ -n "$kept" ]; then mv "$kept" "$rc"; else rm -f "$rc"; fi' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  printf '#!/bin/sh\nexit 101\n' > "$rc"
  chmod 755 "$rc"
  status=0
  # shellcheck disable=SC2086 # one word a package
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $1; } \
    > "$log" 2>&1 || status=$?
  if [ "$status" != 0 ]; then
    echo "apt-get failed with status $status; its last lines (all of them: $log):" >&2
    tail -n 15 "$log" >&2
  else
    rm -f "$log"
  fi
  exit "$status"
)

# postern_unpack PACKAGE DIR: fetches a package and unpacks it there, for a program whose package would bring a service with
# it. Fails without a word when it cannot be had; whoever needs the program says so.
postern_unpack() {
  [ ! -e "$2/$1.unpacked" ] || return 0
  mkdir -p "$2"
  (
    cd "$2" || exit 1
    apt-get download "$1" || { [ "$(id -u)" = 0 ] && apt-get update -q && apt-get download "$1"; } || exit 1
    dpkg -x "$1"_*.deb . && rm -f "$1"_*.deb && touch "$1.unpacked"
  ) > "$2/$1.log" 2>&1
}
