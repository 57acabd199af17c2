#!/usr/bin/env bash
# coverage.sh: which lines of src/ the tests reach.
#
# Builds everything to count its lines (MODE=cover), runs the C tests and the script tests, and prints
# the share for each room and the twelve files of which most lines were never reached. A line that was
# reached is not yet a line that was tested; a line that was not reached surely is not.
set -euo pipefail
cd "$(dirname "$0")/.."
export CC=gcc LONG=0
folder=build/cover-gcc
find "$folder" -name '*.gcda' -delete 2>/dev/null || true
status=0
tests/run.sh cover script || status=$?

# gcov says, for each file: "File 'src/db/ring.c'" and "Lines executed:91.67% of 84".
find "$folder" -name '*.gcno' -not -path '*/tests/*' -print0 | xargs -0 gcov -n 2>/dev/null | awk -F "['%: ]+" '
    /^File / { file = $2 }
    /^Lines executed:/ && file ~ /^src\/.*\.c$/ {
        all = $5; reached = int($3 * all / 100 + 0.5)
        split(file, part, "/")
        room[part[2]] += all; found[part[2]] += reached
        total += all; sum += reached
        if (all > reached) print all - reached, file, reached, all | "sort -rn | head -n 12 >\"" list "\""
        file = ""
    }
    END {
        close("sort -rn | head -n 12 >\"" list "\"")
        if (total == 0) { print "coverage: nothing was counted"; exit 1 }
        print "\n  room        lines  reached"
        for (name in room) printf "  %-10s %6d  %5.1f %%\n", name, room[name], 100 * found[name] / room[name] | "sort"
        close("sort")
        printf "  %-10s %6d  %5.1f %%\n\n  never reached\n", "all", total, 100 * sum / total
        while ((getline line < list) > 0) {
            split(line, f, " ")
            printf "  %6d of %4d lines of %s\n", f[1], f[4], f[2]
        }
    }' list="$folder/never-reached"
exit $status
