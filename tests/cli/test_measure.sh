#!/usr/bin/env bash
# test_measure.sh: what `ringside safeguards --measure` finds, keeps and prints.
# shellcheck source-path=SCRIPTDIR source=../house/tap.sh
. "$(dirname "$0")/../house/tap.sh"

ringside=${RINGSIDE:-./ringside}
two=(--only "tie-rule,read-repair" --scenario scenarios/swarm-ties.json --scenario scenarios/swarm-hybrid.json)

# measured OUT ARGUMENTS: the exit code of a measurement; its table is in OUT.
measured() {
    local out=$1
    shift
    "$ringside" safeguards --measure "${two[@]}" "$@" >"$scratch/$out" 2>"$scratch/$out.told"
}
code() { local wanted=$1 status=0; shift; "$@" || status=$?; [[ $status -eq $wanted ]]; }
row() { grep "^$2 " "$scratch/$1" | tr -s ' '; } # OUT SAFEGUARD

holds "both are found, and the exit code is 0" \
    measured one --seeds 1..20 --ranges 2 --jobs 1 --results "$scratch/one.jsonl"
finds_ties() { [[ $(row one tie-rule) =~ ^"tie-rule converged swarm-ties 1"" "[0-9]+" "[0-9.]+" 2 of 2"$ ]]; }
holds "replicas that differ tell of the missing tie rule" finds_ties
finds_repair() { [[ $(row one read-repair) == "read-repair linearizable swarm-hybrid 1 1 "*" 2 of 2" ]]; }
holds "a read that goes back in time tells of the missing repair, with seed 1" finds_repair

without_seconds() { sed -E 's/, "cpu_us": [0-9]+//' "$scratch/$1" | sort; }
same_for_three() {
    measured three --seeds 1..20 --ranges 2 --jobs 3 --results "$scratch/three.jsonl" &&
        diff <(without_seconds one.jsonl) <(without_seconds three.jsonl)
}
holds "what is found does not depend on the number of processes" same_for_three

goes_on() {
    head -n 2 "$scratch/one.jsonl" >"$scratch/torn.jsonl"
    printf '{"safeguard": "tie-' >>"$scratch/torn.jsonl"
    measured torn --seeds 1..20 --ranges 2 --jobs 1 --results "$scratch/torn.jsonl" &&
        diff <(without_seconds one.jsonl) <(without_seconds torn.jsonl) &&
        [[ $(wc -l <"$scratch/torn.told") -eq 3 ]]
}
holds "a file that was torn is gone on with; what it has is not run again" goes_on

refuses_others() {
    code 2 measured other --seeds 1..21 --results "$scratch/one.jsonl" &&
        grep -q "measured with other seeds" "$scratch/other.told"
}
holds "a file of other seeds is refused" refuses_others

not_found() {
    code 1 "$ringside" safeguards --measure --only dot-per-value --scenario scenarios/swarm.json --seeds 1..3 \
        --ranges 3 >"$scratch/none" 2>"$scratch/told" &&
        grep -q "^dot-per-value *not found in 3 seeds" "$scratch/none" && [[ $(wc -l <"$scratch/told") -eq 1 ]]
}
holds "without objects nobody misses dots: not found, exit code 1, and no further range" not_found

prints_file() {
    "$ringside" safeguards --results "$scratch/one.jsonl" --only tie-rule,read-repair --markdown >"$scratch/table" &&
        [[ $(grep -c '^| \[`' "$scratch/table") -eq 2 ]] && grep -q '^2 of 2 are found by a check' "$scratch/table"
}
holds "a file is printed as Markdown, and nothing is run" prints_file
json_is_json() {
    "$ringside" safeguards --results "$scratch/one.jsonl" --json | python3 -c '
import json, sys
rows = {row["safeguard"]: row for row in json.load(sys.stdin)}
assert rows["read-repair"]["median_seeds"] >= 1 and len(rows["read-repair"]["ranges"]) == 2
assert rows["zero-tail"]["ranges"] == []'
}
holds "as JSON it says the same" json_is_json

bad_name() { code 2 "$ringside" safeguards --measure --only tie-rul 2>"$scratch/told" && grep -q 'did you mean "tie-rule"' "$scratch/told"; }
holds "a misspelt name is answered by the nearest one" bad_name
bad_seeds() { code 2 "$ringside" safeguards --measure --seeds 9..3 2>"$scratch/told" && grep -q -- '--seeds takes a range' "$scratch/told"; }
holds "a range that ends before it begins is refused" bad_seeds
every_rule() { [[ $("$ringside" safeguards --markdown | grep -c '^| \[`') -eq $("$ringside" safeguards | grep -vc '^ ') ]]; }
holds "the table of rules has all of them" every_rule
finish
