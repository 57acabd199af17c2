#!/usr/bin/env bash
# test_style.sh: the tree keeps what a machine can check of docs/style.md, and style.sh notices each break.
# shellcheck source-path=SCRIPTDIR source=tap.sh
. "$(dirname "$0")/tap.sh"

holds "every file keeps to what can be checked of docs/style.md" tests/house/style.sh

essay='/*
 * zz.c: a file with an essay,
 * that says what it is,
 * and what it leaves out.
 */'

# with CODE: a tree of one file, src/db/zz.c, with an essay before this code.
with() {
    mkdir -p "$scratch/src/db"
    printf '%s\n' "$essay" "$1" >"$scratch/src/db/zz.c"
}
lines() { # N: a function of N lines
    echo "static int"
    echo "zz_long(int x)"
    echo "{"
    for ((i = 4; i < $1; i++)); do echo "    x += $i; /* } */"; done
    echo "}"
}

with "$(lines 70)"
holds "a function of 70 lines is accepted" tests/house/style.sh "$scratch"
with "$(lines 71)"
refuses "a function of 71 lines is refused by name" \
    'src/db/zz.c:6: zz_long\(\) has 71 lines' tests/house/style.sh "$scratch"
with "struct zz {
$(for ((i = 0; i < 100; i++)); do echo "    int field_$i;"; done)
};"
holds "a long struct is no long function" tests/house/style.sh "$scratch"
with "$(printf '/* %097d */' 0)"
refuses "a line of 101 columns or more is refused" 'src/db/zz.c:6: longer than 100' tests/house/style.sh "$scratch"
with "$(printf '/* %092d é */' 0)"
holds "columns are counted, not bytes" tests/house/style.sh "$scratch"
with 'int x;'
mkdir -p "$scratch/src/cli/html"
echo "const x = 1;" >"$scratch/src/cli/html/zz.js"
refuses "a script of the page has an essay as well" \
    'src/cli/html/zz.js:1: does not open' tests/house/style.sh "$scratch"
rm -r "$scratch/src/cli"
with $'\tint x;'
refuses "a tab is refused" 'src/db/zz.c:6: a tab' tests/house/style.sh "$scratch"
with "/* TO""DO: later */"
refuses "a note to oneself is refused" 'src/db/zz.c:6: a note to oneself' tests/house/style.sh "$scratch"
with 'const char *place = "/ho''me/somebody/ringside";'
refuses "a path of somebody's machine is refused" 'src/db/zz.c:6: a path' tests/house/style.sh "$scratch"
essay='#include "db/zz.h"'
with 'int zz;'
refuses "a file without an essay is refused" 'src/db/zz.c:1: does not open with' tests/house/style.sh "$scratch"
essay='/* zz.c: short. */'
with 'int zz;'
refuses "an essay of one line is refused" 'src/db/zz.c:1: opens with a comment of 1' tests/house/style.sh "$scratch"
finish
