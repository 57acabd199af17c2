#!/usr/bin/env bash
# test_faults.sh: docs/faults.md says what the table of fault kinds says, and a swarm is what expand writes.
#
# shellcheck source-path=SCRIPTDIR source=../house/tap.sh
. "$(dirname "$0")/../house/tap.sh"

program=${RINGSIDE:-./ringside}

# Every line of the tables that the program prints stands in the page.
page_is_the_table() {
    local line count=0
    while IFS= read -r line; do
        [[ -n $line ]] || continue
        grep -qxF -- "$line" docs/faults.md || { echo "docs/faults.md lacks: $line" && return 1; }
        count=$((count + 1))
    done < <("$program" faults --page)
    ((count > 40))
}

# The same report but for the name of the file, digest included.
expansion_is_the_run() {
    "$program" expand "$1" --seed "$2" -o "$scratch/plain.json" &&
        "$program" run "$1" --seed "$2" --report json >"$scratch/swarm.report"
    "$program" run "$scratch/plain.json" --report json >"$scratch/plain.report"
    cmp "$scratch/swarm.report" "$scratch/plain.report"
}

names_the_nearest_kind() {
    { "$program" faults bit-rott || true; } 2>&1 | grep -q 'bit-rot"'
}

says_pairs() {
    "$program" run scenarios/swarm.json --seed 7 --pairs | grep -qE '^  [0-9]+ of [0-9]+ kinds, [0-9]+ of [0-9]+ pairs'
}

holds "the page has the tables of the program" page_is_the_table
for file in swarm swarm-disk swarm-network swarm-members swarm-safety; do
    holds "a run of $file is the run of what expand writes" expansion_is_the_run "scenarios/$file.json" 7
done
holds "a kind that does not exist is answered with the nearest one" names_the_nearest_kind
holds "the pairs of a run are counted" says_pairs
finish
