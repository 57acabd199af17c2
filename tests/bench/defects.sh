#!/usr/bin/env bash
# defects.sh: would the swarm notice a defect that somebody makes by hand?
#
#     tests/bench/defects.sh [LAST_SEED [PATCH...]]      (200 seeds, all of tests/bench/defects)
#
# Each patch there is one small mistake in src/db, of the kinds that people make; its first line
# says which. It is applied to a copy of the tree, that is built, and the scenarios of the swarm run
# seeds until a check fails. Prints the table of docs/measure.md: what found it, where, and after how
# many seeds and seconds of the processor. The copy lies in $DEFECTS (/tmp/ringside-defects) and is
# built again only where a patch touches it. Exit code 0 when all were found, 1 otherwise.
set -u
cd "$(dirname "$0")/../.." || exit 2
last=${1:-200}
shift
tree=${DEFECTS:-/tmp/ringside-defects}
here=$PWD
patches=("$@")
[[ ${#patches[@]} -gt 0 ]] || patches=(tests/bench/defects/*.patch)

mkdir -p "$tree"
cp -rup Makefile src tools scenarios "$tree/"
[[ ! -d build ]] || mkdir -p "$tree/build" && cp -rup build/release-gcc "$tree/build/" # so that only what a patch touches is built
missed=0
printf '| defect | in | found by the check | in, with seed | seconds |\n| --- | --- | --- | --- | --: |\n'
for patch in "${patches[@]}"; do
    file=$(sed -n 's|^--- a/||p' "$patch" | head -n 1)
    what=$(head -n 1 "$patch")
    cp "$here/$file" "$tree/$file"
    if ! patch -s -d "$tree" -p1 <"$patch" || ! make -s -C "$tree" NEED=off all >"$tree/log" 2>&1; then
        echo "| $what | \`$file\` | does not apply or build: $tree/log | | |"
        missed=1
    else
        (cd "$tree" && TIMEFORMAT='%U' && { time ./ringside sweep scenarios/swarm*.json --seeds "1..$last" \
            --until-failures 1 --run-limit 20s >out 2>progress; } 2>seconds)
        found=$(sed -n 's/^   1 finding; first: //p' "$tree/out" | head -n 1)
        cause=$(sed -n 's/^1\. //p' "$tree/out" | head -n 1)
        [[ -n $found ]] || { missed=1 found="not in $last seeds"; }
        echo "| $what | \`$file\` | ${cause%%:*} | ${found%%, at*} | $(cat "$tree/seconds") |"
    fi
    cp "$here/$file" "$tree/$file"
done
exit "$missed"
