#!/bin/sh
# Fails when a source file is not as clang-format 14 would write it.
#   format.sh SOURCE_DIR
set -eu
cd "$1"
files=$(find base message extractors policy store response pipeline milter cli tests -name '*.h' -o -name '*.cpp' | sort)
# shellcheck disable=SC2086 # names in this tree have no spaces
clang-format-14 --dry-run --Werror $files
echo "$(echo "$files" | wc -l) files are formatted"
