#!/usr/bin/env bash
# layers.sh: proves who includes whom.
#
#   tests/house/layers.sh [ROOT]        exit 1 and a line for each include that is not allowed
#
#   base <- db, check <- sim <- scenario <- lesson <- viz <- cli       (the table below says it exactly)
#
# db never sees the simulator, and the window never sees the database, not even through a header of
# another room: that one rule is followed through all includes. SDL is for src/viz, cJSON for
# src/scenario, src/hunt and src/cli. The pure rooms include only the headers of C that hold no function with
# a memory or a view of the outside.
set -euo pipefail
cd "${1:-$(dirname "$0")/../..}"

grep -nE '^[[:space:]]*#[[:space:]]*include' /dev/null -r src --include='*.[ch]' --include='*.def' | sort -t: -k1,1 -k2,2n | awk -F: '
BEGIN {
    sees["base"] = ""
    sees["db"] = "base"
    sees["check"] = "base"
    sees["sim"] = "base db check"
    sees["history"] = "base check"
    sees["scenario"] = "base db check sim"
    sees["hunt"] = "base db check sim scenario"
    sees["lesson"] = "base check sim scenario"
    sees["viz"] = "base check sim scenario lesson"
    sees["cli"] = "base db check sim history scenario hunt lesson viz"
    pure = " base db check sim "
    harmless = " stdbool.h stddef.h stdint.h stdarg.h stdalign.h limits.h float.h inttypes.h string.h "
    allowed["src/base/os_memory.c"] = " sys/mman.h unistd.h errno.h "
    allowed["src/base/bug.c"] = " unistd.h "
    allowed["src/base/region.c"] = allowed["src/base/snapshot.c"] = " sanitizer/asan_interface.h "
}
function has(list, word) { return index(" " list " ", " " word " ") > 0 }
function refuse(why) { print $1 ":" $2 ": " why; refused = 1 }
function room_of(path) { return substr(path, 1, index(path, "/") - 1) }
{
    file = $1
    room = room_of(substr(file, 5))
    if (!(room in sees)) { refuse("room " room " is not in the table of tests/house/layers.sh"); next }
    what = $0
    sub(/^[^:]*:[^:]*:[^"<]*/, "", what)
    if (what ~ /^</) {
        sub(/^</, "", what); sub(/>.*/, "", what)
        if (what ~ /SDL/ && room != "viz") refuse("only src/viz includes SDL: <" what ">")
        if (what ~ /cJSON/ && room != "scenario" && room != "hunt" && room != "cli")
            refuse("only src/scenario, src/hunt and src/cli include cJSON: <" what ">")
        if (has(pure, room) && !has(harmless, what) && !has(allowed[file], what))
            refuse("a pure room may not include <" what ">")
        next
    }
    sub(/^"/, "", what); sub(/".*/, "", what)
    there = room_of(what)
    if (there == "" || !(there in sees) || what ~ /\.\./)
        refuse("an include names its room: \"" what "\"")
    else if (there != room && !has(sees[room], there))
        refuse(room " may not include " there ": \"" what "\"")
    includes[file] = includes[file] " src/" what
    if (!(file in seen)) { seen[file] = 1; order[++count] = file }
}
# The path from a file of viz to a header of db, if there is one. Each file is entered once.
function leak(from, path,    list, n, i, found) {
    n = split(includes[from], list, " ")
    for (i = 1; i <= n; i++) {
        if (entered[list[i]]++) continue
        if (list[i] ~ /^src\/db\//) return path " -> " list[i]
        found = leak(list[i], path " -> " list[i])
        if (found != "") return found
    }
    return ""
}
END {
    for (i = 1; i <= count; i++) {
        if (order[i] !~ /^src\/viz\//) continue
        split("", entered)
        found = leak(order[i], order[i])
        if (found != "") { print "viz sees db: " found; refused = 1 }
    }
    exit refused
}' && echo "layers: every include is allowed"
