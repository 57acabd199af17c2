#!/usr/bin/env bash
# test_siblings.sh: dotted version vectors never show more siblings than there were concurrent
# writers, in any of many runs; plain version vectors do.
#
#   LONG=1   1,000 seeds instead of 100
# shellcheck source-path=SCRIPTDIR source=../house/tap.sh
. "$(dirname "$0")/../house/tap.sh"

program=${RINGSIDE:-./ringside}
seeds=100
[[ -z ${LONG:-} ]] || seeds=1000

# count_failing SCENARIO SETTING CHECK: in how many runs this check fails
count_failing() {
    local failing=0 seed
    for ((seed = 1; seed <= seeds; seed++)); do
        if { "$program" run "scenarios/$1.json" --seed "$seed" --set "$2" 2>/dev/null || true; } |
            grep -qiE "^  fails   $3"; then
            failing=$((failing + 1))
        fi
    done
    echo "$failing"
}

expect() { # SENTENCE CONDITION FOUND
    if (($2)); then ok "$1"; else not_ok "$1" <<<"in $3 of $seeds runs"; fi
}

n=$(count_failing sibling-explosion cluster.tables.page.conflicts=siblings "no value stands beside")
expect "with dots no value stands beside one that had seen it, in any of many runs" "$n == 0" "$n"
n=$(count_failing shopping-cart cluster.tables.cart.conflicts=siblings "nothing that was put in")
expect "with siblings nothing that was put into a cart is lost, in any of many runs" "$n == 0" "$n"
n=$(count_failing sibling-explosion cluster.tables.page.conflicts=vector "no value stands beside")
expect "with plain version vectors it does, in all of them" "$n == seeds" "$n"
n=$(count_failing shopping-cart cluster.tables.cart.conflicts=lww "nothing that was put in")
expect "with last writer wins some of it is, in most of them" "$n > seeds / 2" "$n"
finish
