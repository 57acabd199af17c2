#!/usr/bin/env bash
# shrink.sh: how small, and how fast: one finding of each safeguard that is off, shrunk.
#
#   tests/bench/shrink.sh [SEEDS [SAFEGUARD...]]      SEEDS of each scenario are looked at (100)
#
# For each rule of `ringside safeguards` the first seed of the swarm that fails without it is
# looked for, and in its own scenario when the swarm finds none; that run is shrunk. A line each:
# fault and operation lines before and after, seconds, and whether the result is proven 1-minimal.
# At the end the share that shrinks to a proven minimum, and the medians.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=${RINGSIDE:-$PWD/build/release-gcc/ringside}
seeds=${1:-100}
shift || true
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
if [ $# -eq 0 ]; then
    mapfile -t rules < <("$program" safeguards | grep -v '^ ' | grep . | sort)
else
    rules=("$@")
fi

fails() { # SCENARIO SEED RULE
    local status=0
    timeout 20 "$program" run "$1" --seed "$2" --set "safeguards.$3=false" >/dev/null 2>&1 || status=$?
    [ $status = 1 ] || [ $status = 3 ]
}

find_seed() { # RULE: sets scenario and seed
    scenario=scenarios/swarm.json
    for ((seed = 1; seed <= seeds; seed++)); do
        if fails "$scenario" "$seed" "$1"; then return 0; fi
    done
    scenario=scenarios/safeguard-$1.json
    for ((seed = 1; seed <= 3; seed++)); do
        if [ -f "$scenario" ] && fails "$scenario" "$seed" "$1"; then return 0; fi
    done
    return 1
}

for rule in "${rules[@]}"; do
    if ! find_seed "$rule"; then
        echo "$rule: not found"
        continue
    fi
    status=0
    timeout 120 "$program" shrink "$scenario" --seed "$seed" --set "safeguards.$rule=false" \
        --time-limit 60s -o "${SHRINK_OUT:-$scratch}/$rule.json" >"$scratch/out" 2>&1 || status=$?
    awk -v rule="$rule" -v from="$(basename "$scenario" .json) $seed" -v status=$status '
        $1 == "from" { before = $2 + $5 }
        $1 == "to" { after = $2 + $5; nodes = $11 }
        $1 == "in" { seconds = $2 }
        END { print rule ": " from ": " before+0 " -> " after+0 " lines, " seconds+0 " s, " (status == 0 ? "1-minimal" : "code " status) }' \
        "$scratch/out" | tee -a "$scratch/lines"
done

awk -F'[:>,] *' '
    function median(list, count,    i, j, t) {
        for (i = 1; i <= count; i++) for (j = i + 1; j <= count; j++)
            if (list[j] < list[i]) { t = list[i]; list[i] = list[j]; list[j] = t }
        return list[int((count + 1) / 2)]
    }
    { all++ }
    /1-minimal/ { count++; sub(/ lines/, "", $4); lines[count] = $4 + 0; seconds[count] = $5 + 0 }
    END { printf "%d of %d shrink to a proven minimum; median %d lines, %.1f s\n", count, all, median(lines, count), median(seconds, count) }' "$scratch/lines"
