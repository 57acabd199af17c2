#!/usr/bin/env bash
# test_scenarios.sh: every shipped scenario shows what it says, with its own seed and with others.
#
# LONG=1: with the seeds 1 to 200 instead of 1 to 5. A scenario whose point is a chosen seed would stand
# in `chosen`; there is none whose checks need it.
# shellcheck source-path=SCRIPTDIR source=../house/tap.sh
. "$(dirname "$0")/../house/tap.sh"

program=${RINGSIDE:-./ringside}
seeds=5
[[ ${LONG:-0} == 0 ]] || seeds=200

# holds_for_all FILE: fails at the first seed with which a check of it is not as it should be.
holds_for_all() {
    local seed
    for ((seed = 1; seed <= seeds; seed++)); do
        "$program" run "$1" --seed "$seed" || return
    done
}

# A scenario is read by people: its name is that of its file, and it explains itself.
explains_itself() {
    local key name
    name=$(basename "$1" .json)
    grep -q "^  \"name\": \"$name\",\$" "$1" || { echo "its name is not \"$name\"" && return 1; }
    for key in title about checks; do
        grep -q "^  \"$key\": " "$1" || { echo "it has no \"$key\"" && return 1; }
    done
}

count=0
for file in scenarios/*.json; do
    [[ $file != *.schema.json ]] || continue
    count=$((count + 1))
    holds "$file explains itself" explains_itself "$file"
    holds "$file holds for the seeds 1 to $seeds" holds_for_all "$file"
done
if ((count >= 10)); then ok "there are at least ten"; else not_ok "there are at least ten" <<<"$count"; fi
finish
