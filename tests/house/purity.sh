#!/usr/bin/env bash
# purity.sh: proves that the pure rooms (base, db, check, sim) call nothing outside and keep nothing.
#
#   tests/house/purity.sh [ROOT [OBJECTS]]     OBJECTS: a plain -O2 build (build/release-gcc)
#
# A promise in a comment does not hold for years, the linker's own list does:
#   1. what the objects leave undefined is defined in a room that they may see, or is on a short
#      list of functions without memory and without a view of the outside;
#   2. no object holds writable data: the state of a run lives in its region (src/base/region.h),
#      and two worlds in one process share nothing;
#   3. words that the linker does not show are not in the source: float, long double, %p,
#      assembler, the time of compilation, thread-local and atomic variables.
# Sanitizers, coverage and -O0 add symbols of their own, hence the plain build.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
objects=${2:-build/release-gcc}
cd "${1:-$here/../..}"

refused=$(mktemp)
trap 'rm -f "$refused"' EXIT
verdict() { # end here, if anything was refused
    [[ ! -s $refused ]] || { cat "$refused" && exit 1; }
}

sources=() files=()
mapfile -t found < <(find src/base src/db src/check src/sim -type f 2>/dev/null | sort)
for source in "${found[@]}"; do
    sources+=("$source")
    [[ $source == *.c ]] || continue
    object=${source#src/} object=$objects/${object%.c}.o
    files+=("$object")
    [[ -e $object ]] || echo "$source: not compiled: there is no $object" >>"$refused"
done
[[ ${#files[@]} -gt 0 ]] || echo "purity: there is no source in the pure rooms" >"$refused"
verdict

# nm -A -g: "build/release-gcc/db/placement.o:    U memcpy". Who defines what, then who uses what.
undefined_symbols() {
    nm -A -g "${files[@]}" | awk -v objects="$objects/" '
    BEGIN {
        sees["base"] = " base "
        sees["db"] = " base db "
        sees["check"] = " base check "
        sees["sim"] = " base db check sim "
        pure = " memcpy memmove memset memcmp bcmp memchr strlen strcmp strncmp "
        # What compilers call on their own: wide arithmetic, bit counts, guards of the stack.
        pure = pure "_GLOBAL_OFFSET_TABLE_ __udivti3 __umodti3 __udivmodti4 __divti3 __modti3 "
        pure = pure "__multi3 __popcountdi2 __stack_chk_fail __memcpy_chk __memmove_chk __memset_chk "
        allowed["base/os_memory.c"] = " mmap munmap madvise "
        allowed["base/bug.c"] = " write _exit "
    }
    {
        file = $1
        sub(/:.*/, "", file); sub(/\.o$/, ".c", file)
        file = substr(file, length(objects) + 1)
        room = substr(file, 1, index(file, "/") - 1)
        if ($(NF - 1) ~ /^[Uwv]$/) { user[++count] = file; used[count] = $NF; by[count] = room }
        else home[$NF] = room
    }
    END {
        for (i = 1; i <= count; i++) {
            name = used[i]
            if (name in home) {
                if (!index(sees[by[i]], " " home[name] " "))
                    print "src/" user[i] ": " by[i] " may not use " name " of " home[name]
            } else if (!index(pure allowed[user[i]], " " name " "))
                print "src/" user[i] ": uses " name ", which is outside the pure rooms"
        }
    }'
}

# Constants that hold addresses lie in .data.rel.ro, which nobody can write. bug.c alone keeps two
# variables, one of each for a thread: the story that a bug report tells, and that it is being told.
writable_data() {
    objdump -t "${files[@]}" | awk -v objects="$objects/" '
    /file format/ { file = $1; sub(/\.o:$/, ".c", file); file = substr(file, length(objects) + 1) }
    { flags = substr($0, 18, 7); section = substr($0, 26) } # "l     O", ".bss<tab>size name"
    flags !~ /[dfF]/ && section ~ /^(\.t?data|\.t?bss|\*COM\*)/ && section !~ /^\.data\.rel\.ro/ {
        name = $NF
        if (file != "base/bug.c" || (name != "current_story" && name != "is_reporting"))
            print "src/" file ": keeps the variable " name " outside the region"
    }'
}

words() {
    awk -v strings=0 -f "$here/code.awk" "${sources[@]}" | awk -F: '
    function refuse(why) { print $1 ":" $2 ": " why }
    { code = $0; sub(/^[^:]*:[^:]*:/, "", code); code = " " code " "; gsub(/<float\.h>/, "", code) }
    code ~ /[^A-Za-z0-9_]float[^A-Za-z0-9_]/ { refuse("float: rounded differently on different machines") }
    code ~ /[^A-Za-z0-9_]long +double[^A-Za-z0-9_]/ { refuse("long double: another size on another machine") }
    code ~ /[^A-Za-z0-9_](asm|__asm|__asm__)[^A-Za-z0-9_]/ { refuse("assembler") }
    code ~ /__(DATE|TIME|TIMESTAMP)__/ { refuse("the time of compilation reaches the program") }
    $1 != "src/base/bug.c" && code ~ /[^A-Za-z0-9_](_Thread_local|__thread|_Atomic)[^A-Za-z0-9_]/ { refuse("a variable for threads") }
    code ~ /__builtin_(readcyclecounter|ia32_|return_address|frame_address)/ { refuse("a view of the machine") }'
    awk -v strings=1 -f "$here/code.awk" "${sources[@]}" | awk -F: '
    /".*%[-0-9]*p.*"/ { print $1 ":" $2 ": %p prints an address, which differs between runs" }'
}

{ undefined_symbols && writable_data && words; } >>"$refused"
verdict
echo "purity: ${#files[@]} objects use nothing outside and keep nothing"
