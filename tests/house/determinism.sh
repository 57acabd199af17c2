#!/usr/bin/env bash
# determinism.sh: proves that a run is a function of scenario and seed, and of nothing else.
#
#   tests/house/determinism.sh [--matrix none|some|all] [--seeds "1 7"] [--program PATH]
#                              [--also NAME=COMMAND]... [SCENARIO...]      (default: scenarios/*.json)
#
# Each scenario runs with each seed once, for reference, and then in every way that must not matter:
# again, in another environment with memory that malloc has dirtied, with address randomisation off,
# with the region at other addresses, traced, travelling in time, and as other compilers, levels and
# sanitizers build it (some: three of them; all: {gcc, clang} x {-O0, -O2, -O3} x {plain, sanitized},
# and aarch64 under qemu). Each way must give the same report, byte for byte, and the same exit code.
# Where one does not, both runs are traced, and the first record in which they differ is shown.
#
# Prints TAP, one test a scenario. The builds are kept below build/; those that make has anyway
# (release, debug, asan) are its own.
set -euo pipefail
cd "$(dirname "$0")/../.."
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES MODE OPT
JOBS=${JOBS:-$(nproc 2>/dev/null || echo 2)}
PYTHON=${PYTHON:-python3}
export ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=print_stacktrace=1:exitcode=99 NEED=off
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# A way is a name, a command, and arguments that it adds. TRACE stands for a file of its own.
names=() commands=() arguments=()
way() {
    names+=("$1")
    commands+=("$2")
    arguments+=("${3:-}")
}
tests=0
failures=0
tell() { # RESULT SENTENCE
    tests=$((tests + 1))
    [[ $1 == ok ]] || failures=$((failures + 1))
    echo "$1 $tests - $2"
}

# --- the ways ----------------------------------------------------------------------------------

ways_of_one_program() {
    local program=$1 machine noise="env -i TZ=Asia/Tokyo LC_ALL=tr_TR.UTF-8 MALLOC_PERTURB_=165"
    machine=$(uname -m)
    way "again" "$program"
    way "another environment and dirty memory" "$noise $program"
    if setarch "$machine" -R true 2>/dev/null; then
        way "address randomisation off" "setarch $machine -R $program"
    else
        echo "# address randomisation cannot be switched off here"
    fi
    way "region at 0x200000000000" "$program" "--region-base 0x200000000000"
    way "region at 0x3f0000000000" "$program" "--region-base 0x3f0000000000"
    way "traced" "$program" "--trace TRACE"
    way "travelling in time" "$program" "--check-time-travel"
}

# made FOLDER VARIABLE...: the program of a way, or its name and the compiler's words.
made() {
    local folder=$1
    shift
    if make -j"$JOBS" BUILD="$folder" "$@" "$folder/ringside" >"$scratch/build" 2>&1; then
        return 0
    fi
    tell "not ok" "the program builds in $folder"
    tail -n 30 "$scratch/build" | sed 's/^/# /'
    return 1
}

# built NAME COMMAND COMPILER MODE LEVEL [VARIABLE...]: make it, then run it with COMMAND before it.
built() {
    local name=$1 command=$2 compiler=$3 mode=$4 level=$5 folder=build/matrix/$1
    shift 5
    if ! command -v "$compiler" >/dev/null; then
        echo "# $compiler is not here, so $name was left out"
    elif made "$folder" CC="$compiler" MODE="$mode" OPT="$level" HEADLESS=1 WERROR= "$@"; then
        way "$name" "$command $folder/ringside"
    fi
}

matrix() {
    local compiler level
    for compiler in gcc clang; do
        for level in -O0 -O2 -O3; do
            [[ $compiler$level == gcc-O2 ]] || built "$compiler$level" "" "$compiler" release "$level"
            built "$compiler$level-sanitized" "" "$compiler" asan "$level"
        done
    done
}

# aarch64 needs cJSON for aarch64. Debian's package of it is unpacked below build/, through an apt of
# its own in there, so that this machine learns no second architecture.
aarch64() {
    local root=build/aarch64
    if ! command -v qemu-aarch64 aarch64-linux-gnu-gcc apt-get >/dev/null; then
        echo "# qemu-aarch64, aarch64-linux-gnu-gcc or apt-get is not here, so aarch64 was left out"
        return
    fi
    if [[ ! -e $root/usr/include/cjson/cJSON.h ]] && ! fetch_cjson "$root" >"$scratch/fetch" 2>&1; then
        tell "not ok" "cJSON for aarch64 can be fetched"
        tail -n 10 "$scratch/fetch" | sed 's/^/# /'
        return
    fi
    local library=$root/usr/lib/aarch64-linux-gnu
    built aarch64-gcc-O2 "qemu-aarch64 -L /usr/aarch64-linux-gnu -E LD_LIBRARY_PATH=$library" \
        aarch64-linux-gnu-gcc release -O2 AR=aarch64-linux-gnu-ar CPPFLAGS="-I$root/usr/include" \
        LDFLAGS="-L$library"
}

fetch_cjson() {
    local root=$1 apt package
    mkdir -p "$root/apt/lists/partial" "$root/apt/cache/archives/partial"
    : >"$root/apt/status"
    apt=(-o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User=root
        -o "Dir::State=$PWD/$root/apt" -o "Dir::State::status=$PWD/$root/apt/status"
        -o "Dir::Cache=$PWD/$root/apt/cache")
    apt-get "${apt[@]}" update
    (cd "$root/apt" && apt-get "${apt[@]}" download libcjson1 libcjson-dev)
    for package in "$root"/apt/*.deb; do dpkg-deb -x "$package" "$root"; done
}

# --- one scenario ------------------------------------------------------------------------------

# run WAY SCENARIO SEED PLACE [ARGUMENT...]: the report to PLACE, complaints to PLACE.err, the exit
# code to PLACE.code.
run() {
    local index=$1 scenario=$2 seed=$3 place=$4 code=0 extra
    shift 4
    extra=${arguments[index]//TRACE/$place.trace}
    # shellcheck disable=SC2086  # commands and arguments are lists of words
    timeout -k 5 600 ${commands[index]} run "$scenario" --seed "$seed" --report json $extra "$@" \
        >"$place" 2>"$place.err" </dev/null || code=$?
    echo "$code" >"$place.code"
}

# explain WAY SCENARIO SEED PLACE: why its report is not that of way 0.
explain() {
    local index=$1 scenario=$2 seed=$3 place=$4 two=$4.two
    echo "seed $seed: '${names[index]}' (exit code $(<"$place.way.code")) is not '${names[0]}'" \
        "(exit code $(<"$place.code"))"
    head -n 20 "$place.way.err"
    diff "$place" "$place.way" | head -n 6 || true
    run 0 "$scenario" "$seed" "$place.a" --trace "$place.one"
    if [[ ${arguments[index]} == *TRACE* ]]; then
        two=$place.way.trace
    else
        run "$index" "$scenario" "$seed" "$place.b" --trace "$two"
    fi
    if [[ -e $place.one && -e $two ]]; then
        "$PYTHON" tests/house/first_difference.py "$place.one" "$two" \
            "${names[0]}" "${names[index]}" || true
    fi
}

# try SCENARIO PLACE: true when all ways agree; what is to be said goes to PLACE.said.
try() {
    local scenario=$1 place=$2 seed index others=''
    for seed in $seeds; do
        run 0 "$scenario" "$seed" "$place"
        if (($(<"$place.code") > 1)) || ! grep -q '"digest"' "$place"; then
            echo "seed $seed: no report with a digest; exit code $(<"$place.code")"
            head -n 20 "$place.err"
            return 1
        fi
        for ((index = 1; index < ${#names[@]}; index++)); do
            run "$index" "$scenario" "$seed" "$place.way"
            if ! cmp -s "$place" "$place.way" || ! cmp -s "$place.code" "$place.way.code"; then
                if [[ ! -e $place.one ]]; then
                    explain "$index" "$scenario" "$seed" "$place"
                    : >>"$place.one"
                else
                    others+=" '${names[index]}'"
                fi
            fi
            rm -f "$place".way*
        done
        [[ -z $others ]] || echo "seed $seed: it also differs in$others"
        [[ ! -e $place.one ]] || return 1
    done
}

try_all() {
    local busy=0 number=0 scenario
    for scenario in "$@"; do
        number=$((number + 1))
        if ((busy >= JOBS)); then
            wait -n || true
            busy=$((busy - 1))
        fi
        { try "$scenario" "$scratch/$number" && : >"$scratch/$number.good"; } >"$scratch/$number.said" 2>&1 &
        busy=$((busy + 1))
    done
    wait
    number=0
    for scenario in "$@"; do
        number=$((number + 1))
        if [[ -e $scratch/$number.good ]]; then
            tell ok "$(basename "$scenario"), seeds $seeds: one report in ${#names[@]} ways"
        else
            tell "not ok" "$(basename "$scenario"): one report in ${#names[@]} ways"
            sed 's/^/# /' "$scratch/$number.said"
        fi
    done
}

# --- all of them -------------------------------------------------------------------------------

wide=none seeds='' program='' also=() scenarios=()
while [[ $# -gt 0 ]]; do
    case $1 in
    --matrix) wide=$2 && shift 2 ;;
    --seeds) seeds=$2 && shift 2 ;;
    --program) program=$2 && shift 2 ;;
    --also) also+=("$2") && shift 2 ;;
    -*) echo "determinism.sh: $1 is not known" >&2 && exit 2 ;;
    *) scenarios+=("$1") && shift ;;
    esac
done
if [[ ${#scenarios[@]} -eq 0 ]]; then
    for file in scenarios/*.json; do
        [[ ! -e $file || $file == *schema* ]] || scenarios+=("$file")
    done
fi
if [[ ${#scenarios[@]} -eq 0 ]]; then
    echo "1..0 # SKIP there is no scenario in scenarios/"
    exit 0
fi
if [[ -n $program ]]; then
    way "plain" "$program"
else
    made build/release-gcc CC=gcc MODE=release || { echo "1..1" && exit 1; }
    program=build/release-gcc/ringside
    way "gcc-O2" "$program"
fi
ways_of_one_program "$program"
for entry in "${also[@]}"; do way "${entry%%=*}" "${entry#*=}"; done
case $wide in
none) ;;
some)
    ! made build/debug-gcc CC=gcc MODE=debug || way gcc-O0 build/debug-gcc/ringside
    ! made build/asan-gcc CC=gcc MODE=asan || way gcc-O1-sanitized build/asan-gcc/ringside
    built clang-O3 "" clang release -O3
    seeds=${seeds:-1 7}
    ;;
all)
    matrix
    aarch64
    seeds=${seeds:-1 2 3 7 42 1000003}
    ;;
*) echo "determinism.sh: --matrix is none, some or all" >&2 && exit 2 ;;
esac
seeds=${seeds:-1}
try_all "${scenarios[@]}"
echo "1..$tests"
((failures == 0))
