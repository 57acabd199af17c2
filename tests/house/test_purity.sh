#!/usr/bin/env bash
# test_purity.sh: the pure rooms are pure, and purity.sh notices each kind of impurity by name.
# shellcheck source-path=SCRIPTDIR source=tap.sh
. "$(dirname "$0")/tap.sh"

cc=${CC:-gcc}
objects=build/release-$(basename "${cc%% *}")
if ! make MODE=release BUILD="$objects" "$objects/libcore.a" >"$scratch/log" 2>&1; then
    not_ok "the pure rooms compile" <"$scratch/log"
    finish
fi

holds "the pure rooms use nothing outside and keep nothing" tests/house/purity.sh . "$objects"

# A copy of one room and its objects, in which one file more is compiled as make does it.
mkdir -p "$scratch"/src/{db,check,sim} "$scratch"/objects/{db,check,sim}
cp -r src/base "$scratch/src/"
cp -r "$objects/base" "$scratch/objects/"

# with FILE CODE: the copy has this file, and only this one, in addition.
with() {
    [[ ! -e $scratch/last ]] || (cd "$scratch" && xargs rm -f <last)
    printf 'src/%s.c objects/%s.o' "$1" "$1" >"$scratch/last"
    printf '%s\n' "$2" >"$scratch/src/$1.c"
    # shellcheck disable=SC2086  # a compiler of two words is meant to split
    $cc -O2 -w -Isrc -I"$scratch/src" -c "$scratch/src/$1.c" -o "$scratch/objects/$1.o"
}
judge=(tests/house/purity.sh "$scratch" "$scratch/objects")

with db/zz_clock '#include <time.h>
long zz_now(void); long zz_now(void) { return time(0); }'
refuses "a call of time() is refused" 'src/db/zz_clock.c: uses time, which is outside' "${judge[@]}"
with sim/zz_dice '#include <stdlib.h>
int zz_dice(void); int zz_dice(void) { return rand(); }'
refuses "a call of rand() is refused" 'src/sim/zz_dice.c: uses rand, which is outside' "${judge[@]}"
with check/zz_sort '#include <stdlib.h>
void zz_sort(int *a, int (*f)(const void *, const void *));
void zz_sort(int *a, int (*f)(const void *, const void *)) { qsort(a, 9, 4, f); }'
refuses "a call of qsort() is refused" 'src/check/zz_sort.c: uses qsort, which is outside' "${judge[@]}"
with base/zz_map '#include <sys/mman.h>
void *zz_map(void); void *zz_map(void) { return mmap(0, 9, 1, 2, 3, 0); }'
refuses "memory from the system outside src/base/os_memory.c is refused" \
    'src/base/zz_map.c: uses mmap, which is outside' "${judge[@]}"
with db/zz_count 'int zz_count(void); int zz_count(void) { static int count; return ++count; }'
refuses "a variable that outlives its function is refused" \
    'src/db/zz_count.c: keeps the variable count[.0-9]* outside the region' "${judge[@]}"
with sim/zz_table 'extern int zz_a[]; int zz_a[] = {1, 2, 3};'
refuses "a global table that can be written is refused" \
    'src/sim/zz_table.c: keeps the variable zz_a outside the region' "${judge[@]}"
with sim/zz_called 'int zz_of_sim(void); int zz_of_sim(void) { return 1; }'
printf ' src/db/zz_caller.c objects/db/zz_caller.o' >>"$scratch/last"
printf 'int zz_of_sim(void); int zz_up(void); int zz_up(void) { return zz_of_sim(); }\n' \
    >"$scratch/src/db/zz_caller.c"
# shellcheck disable=SC2086
$cc -O2 -c "$scratch/src/db/zz_caller.c" -o "$scratch/objects/db/zz_caller.o"
refuses "a call against the arrows is refused, even without an include" \
    'src/db/zz_caller.c: db may not use zz_of_sim of sim' "${judge[@]}"
with db/zz_float '/* a float in a comment is no matter */
float zz_half(float x); float zz_half(float x) { return x / 2; }'
refuses "float is refused, in code" 'src/db/zz_float.c:2: float' "${judge[@]}"
with sim/zz_print 'const char *zz_f(void); const char *zz_f(void) { return "at %p"; }'
refuses "a format that prints an address is refused" 'src/sim/zz_print.c:1: %p' "${judge[@]}"
with check/zz_built 'const char *zz_d(void); const char *zz_d(void) { return __DATE__; }'
refuses "the date of compilation is refused" 'src/check/zz_built.c:1: the time of compilation' "${judge[@]}"
with db/zz_thread '_Thread_local int zz_t;'
refuses "a variable for each thread is refused" 'src/db/zz_thread.c: keeps the variable zz_t' "${judge[@]}"
with base/bug_too 'static _Thread_local int zz_b; int zz_bug(void); int zz_bug(void) { return zz_b++; }'
refuses "what bug.c may do, no other file may" 'src/base/bug_too.c: keeps the variable zz_b' "${judge[@]}"
with db/zz_thread 'int zz_t;'
rm "$scratch/objects/db/zz_thread.o"
refuses "a source file without its object is refused, so that nothing is passed over" \
    'src/db/zz_thread.c: not compiled' "${judge[@]}"
rm "$scratch/src/db/zz_thread.c"
with base/zz_pure 'static const char *const names[] = {"a", "b"};
const char *zz_name(int i); const char *zz_name(int i) { return names[i & 1]; }'
holds "a constant table of strings is accepted" "${judge[@]}"
finish
