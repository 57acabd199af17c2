#!/usr/bin/env bash
# run.sh: builds and runs the tests; its last line is "N passed, N failed".
#
#   tests/run.sh KIND...      release   every tests/*/test_*.c, built as the program is
#                             script    every tests/*/test_*.sh and test_*.py
#                             asan      the C tests again, under the address and undefined sanitizers
#                             fuzz      every tests/fuzz/fuzz_*.c for FUZZ_SECONDS (3)
#                             cover     the C tests, built to count the lines that they reach
#   T=WORD     only the files whose path has WORD          JOBS=N   so many at a time
#   LONG=1     tests that look at this variable do more (more seeds, the whole build matrix)
#
# Every test tells its results in TAP ("ok 1 - sentence", "not ok 2 - sentence", "# SKIP why"). A
# program that cannot be built, crashes, hangs, or tells nothing is a failed test with its name.
# Each file gets one line; all that it said, but for what passed, is shown when it failed.
#
# First everything is built, then everything is run: so no compiler of ours disturbs a test, and
# one file that does not compile does not keep the others from being tested.
set -euo pipefail
cd "$(dirname "$0")/.."

# What a make around us was told about modes and jobs is not meant for the makes that we call.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES MODE BUILD OPT
CC=${CC:-gcc}
JOBS=${JOBS:-$(nproc 2>/dev/null || echo 2)}
LIMIT=${LIMIT:-300} # seconds that one program may take; a script, which runs many, three times that
FUZZ_SECONDS=${FUZZ_SECONDS:-3}
T=${T:-}
[[ $# -gt 0 ]] || set -- release script asan fuzz
kinds=" $* "

is_asked() { [[ $kinds == *" $1 "* ]]; }
folder() { # the build folder of a mode
    if [[ $1 == fuzz ]]; then echo build/fuzz-clang; else echo "build/$1-$(basename "${CC%% *}")"; fi
}
files() { # those of the arguments that exist and that T chooses
    local file
    for file in "$@"; do
        [[ ! -e $file || $file != *"$T"* ]] || echo "$file"
    done
}

# What a script may count on, besides running in the root of the tree. (Where lines are counted, it is
# the program that counts its own.)
main=$(folder release)
! is_asked cover || main=$(folder cover)
PYTHON=python3
python3 -c 'import jsonschema' >/dev/null 2>&1 || PYTHON=/usr/bin/python3
export CC JOBS PYTHON RINGSIDE=$PWD/$main/ringside LONG=${LONG:-0}
export CMOCKA_MESSAGE_OUTPUT=TAP UBSAN_OPTIONS=print_stacktrace=1:exitcode=99 ASAN_OPTIONS=exitcode=99

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
: >"$out/counts"

# --- building ----------------------------------------------------------------------------------

# build MODE TARGET...: all that can be built is; what could not be is missed when it is to run.
build() {
    local mode=$1 began=$SECONDS compiler=$CC
    shift
    [[ $# -gt 0 ]] || return 0
    [[ $mode != fuzz ]] || compiler=clang
    if LC_ALL=C make -k -j"$JOBS" MODE="$mode" CC="$compiler" BUILD="$(folder "$mode")" "$@" \
        >"$out/build" 2>&1; then
        printf '  built  %-48s %12s s\n' "$mode" $((SECONDS - began))
    else
        printf '  FAIL   building for %s:\n' "$mode"
        grep -vE '^(  (CC|LINK) |make: .* (not remade|is up to date))' "$out/build" | head -n 80 | sed 's/^/         | /'
        # An older program of the same name would now pass for the new one.
        sed -n "s/^make: Target '\(.*\)' not remade.*/\1/p" "$out/build" | xargs -r rm -f
    fi
}

programs() { # MODE GLOB...: the programs made of these sources
    local mode=$1 source
    shift
    for source in $(files "$@"); do echo "$(folder "$mode")/${source%.c}"; done
}

# skip NAME WHY: a whole kind that cannot run on this machine.
skip() {
    printf '  skip   %s: %s\n' "$1" "$2"
    echo "0 0 1 $1" >>"$out/counts"
    kinds=${kinds/" $1 "/" "}
}

sanitizers_work() {
    echo 'int main(void) { return 0; }' >"$out/try.c"
    ${CC%% *} -fsanitize=address,undefined "$out/try.c" -o "$out/try" 2>/dev/null && "$out/try"
}

fuzzers_work() {
    echo 'int LLVMFuzzerTestOneInput(const char *d, long n) { return d && n < 0; }' >"$out/try.c"
    clang -fsanitize=fuzzer "$out/try.c" -o "$out/try" 2>/dev/null
}

# shellcheck disable=SC2046  # lists of words
build_all() {
    ! is_asked asan || sanitizers_work || skip asan "$CC has no sanitizers here"
    ! is_asked fuzz || fuzzers_work || skip fuzz "clang and its runtime are not here"
    local mode
    for mode in release cover asan; do
        ! is_asked "$mode" ||
            build "$mode" "$(folder "$mode")/ringside" $(programs "$mode" tests/*/test_*.c)
    done
    is_asked release || is_asked cover || ! is_asked script || build release "$main/ringside"
    ! is_asked fuzz || build fuzz $(programs fuzz tests/fuzz/fuzz_*.c)
    [[ -n $T || -x $main/ringside ]] || ! is_asked script || echo "0 1 0 building ringside" >>"$out/counts"
}

# --- running -----------------------------------------------------------------------------------

# where NAME DONE: the name of the test after so many, for a cmocka test whose list is in running order.
where() {
    grep -oE 'cmocka_unit_test[a-z_]*\([A-Za-z0-9_]+' "tests/${1#*: }.c" 2>/dev/null |
        sed -n "$(($2 + 1))s/.*(/, in /p"
}

# why_failed NAME STATUS TOLD PLANNED FAILED SECONDS: what the results do not say, or nothing.
why_failed() {
    local name=$1 status=$2 told=$3 planned=$4 failed=$5 progress
    progress="after $told of $planned tests$(where "$name" "$told")"
    if ((status == 124 || (status == 137 && ${6%.*} >= LIMIT))); then
        echo "did not end within $LIMIT s, $progress"
    elif ((status > 128)); then
        echo "ended by SIG$(kill -l $((status - 128))) $progress"
    elif ((told < planned)); then
        echo "stopped with exit code $status $progress"
    elif ((status != 0 && failed == 0)); then
        echo "exit code $status, though no test had failed"
    elif ((told == 0)); then
        echo "told no result"
    fi
}

# report NAME STATUS SECONDS FILE: count the results in FILE and show them.
report() {
    local name=$1 status=$2 seconds=$3 file=$4 passed failed skipped planned why
    read -r passed failed skipped planned < <(awk '
        /^(not )?ok .*# *SKIP/ || /^1\.\.0 *# *SKIP/ { skipped++; next }
        /^ok / { passed++ }
        /^not ok / { failed++ }
        /^1\.\.[0-9]+/ { planned += substr($1, 4) }
        END { print passed + 0, failed + 0, skipped + 0, planned + 0 }' "$file")
    why=$(why_failed "$name" "$status" $((passed + failed + skipped)) "$planned" "$failed" "$seconds")
    [[ -z $why ]] || failed=$((failed + 1))
    echo "$passed $failed $skipped $name" >>"$out/counts"
    if ((failed > 0)); then
        printf '  FAIL   %-44s %3d failed  %7s s\n' "$name" "$failed" "$seconds"
        [[ -z $why ]] || printf '         | %s: %s\n' "$name" "$why"
        grep -vE '^(ok [0-9]|1\.\.[0-9])' "$file" | tail -n 200 | sed 's/^/         | /' || true
    else
        printf '  ok     %-44s %4d tests  %7s s\n' "$name" "$passed" "$seconds"
        sed -nE '/# *SKIP/ s/^[^#]*# *SKIP */         skipped: /p' "$file"
    fi
}

# run NAME PROGRAM...: run it within the limit, then report under a lock, so that the words of two
# tests do not mix.
run() {
    local name=$1 file status=0 began=${EPOCHREALTIME/[.,]/} tenths
    file=$(mktemp "$out/run.XXXXXX")
    shift
    if [[ -x $1 ]]; then
        { timeout -k 10 "$LIMIT" "$@" </dev/null || status=$?; } >"$file" 2>&1
    else
        echo "not ok 1 - $1 could be built" >"$file"
        status=1
    fi
    tenths=$(((${EPOCHREALTIME/[.,]/} - began) / 100000))
    exec 9>>"$out/lock"
    flock 9
    report "$name" "$status" "$((tenths / 10)).$((tenths % 10))" "$file"
}

# A fuzzer's verdict is its exit code; here it becomes a test. Its random seed is fixed and it starts
# from the inputs in the repository, so it does much the same on every machine.
fuzz() {
    local name=$1 program=$2 fresh status=0
    fresh=$(mktemp -d "$out/inputs.XXXXXX")
    set -- "$fresh"
    [[ ! -d tests/fuzz/inputs/$name ]] || set -- "$fresh" "tests/fuzz/inputs/$name"
    mkdir -p build/crashes
    "$program" -seed=1 -max_total_time="$FUZZ_SECONDS" -timeout=20 -rss_limit_mb=4096 \
        -artifact_prefix="build/crashes/$name-" "$@" >"$fresh.log" 2>&1 || status=$?
    ((status == 0)) || tail -n 80 "$fresh.log"
    ((status == 0)) && echo "ok 1 - $name" || echo "not ok 1 - $name (its input is in build/crashes)"
    return $status
}
export -f fuzz
export out FUZZ_SECONDS

busy=0
start() { # in the background, as many as JOBS at a time
    if ((busy >= JOBS)); then
        wait -n || true
        busy=$((busy - 1))
    fi
    run "$@" &
    busy=$((busy + 1))
}

start_c() { # MODE PREFIX
    local program name
    for program in $(programs "$1" tests/*/test_*.c); do
        name=${program#*/tests/}
        start "$2$name" "$program"
    done
}

start_scripts() {
    local script LIMIT=$((LIMIT * 3))
    # The determinism gate takes longest, so it starts first.
    for script in $(files tests/house/test_determinism.sh) \
        $(files tests/*/test_*.sh tests/*/test_*.py | grep -v house/test_determinism.sh); do
        # The gates look at the plain build, which counts no lines.
        [[ $script != tests/house/* ]] || ! is_asked cover || continue
        case $script in
        *.sh) start "${script#tests/}" "$(command -v bash)" "$script" ;;
        *.py) start "${script#tests/}" "$(command -v "$PYTHON")" "$script" ;;
        esac
    done
}

start_fuzzers() {
    local program name
    for program in $(programs fuzz tests/fuzz/fuzz_*.c); do
        name=${program##*/fuzz_}
        start "fuzz: $name" "$(command -v bash)" -c 'fuzz "$@"' fuzz "$name" "$program"
    done
}

for kind in $kinds; do
    case $kind in release | script | asan | fuzz | cover) ;; *)
        echo "tests/run.sh: no kind of test is called $kind" >&2
        exit 2
        ;;
    esac
done
build_all
! is_asked release || start_c release ''
! is_asked cover || start_c cover 'cover: '
! is_asked script || start_scripts
! is_asked asan || start_c asan 'asan: '
! is_asked fuzz || start_fuzzers
wait

# --- the sum -----------------------------------------------------------------------------------

awk '$2 > 0 { n = $2; $1 = $2 = $3 = ""; sub(/^ +/, ""); print "  failed: " $0 " (" n ")" }' "$out/counts"
read -r passed failed skipped < <(
    awk '{ p += $1; f += $2; s += $3 } END { print p + 0, f + 0, s + 0 }' "$out/counts"
)
((passed + failed > 0)) || echo "  no test ran"
skips=''
((skipped == 0)) || skips=", $skipped skipped"
echo "$passed passed, $failed failed$skips"
((failed == 0 && passed > 0))
