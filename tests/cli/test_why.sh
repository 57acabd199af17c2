#!/usr/bin/env bash
# test_why.sh: what led to a failure, as text: short, whole, with the exit codes of all commands.
# shellcheck source=tests/house/tap.sh
source "$(dirname "$0")/../house/tap.sh"
ringside=${RINGSIDE:-./ringside}

# tells CODE LAST ARGUMENTS...: this exit code; at most 20 lines; the last one has LAST in it.
tells() {
    local wanted=$1 last=$2 code=0
    shift 2
    "$ringside" why "$@" >"$scratch/out" 2>"$scratch/err" || code=$?
    [[ $code -eq $wanted && ! -s $scratch/err && $(wc -l <"$scratch/out") -le 20 ]] &&
        tail -n 1 "$scratch/out" | grep -qF -- "$last" && return
    echo "exit code $code"
    cat "$scratch/out" "$scratch/err"
    return 1
}
# begins CODE FIRST ARGUMENTS...: this exit code; the first line has FIRST in it.
begins() {
    local wanted=$1 first=$2 code=0
    shift 2
    "$ringside" why "$@" >"$scratch/out" || code=$?
    [[ $code -eq $wanted ]] && head -n 1 "$scratch/out" | grep -qF -- "$first" && return
    echo "exit code $code"
    cat "$scratch/out"
    return 1
}
# says TEXT ARGUMENTS...: exit code 2, nothing on stdout, TEXT in one line on stderr.
says() {
    local wanted=$1 code=0
    shift
    "$ringside" why "$@" >"$scratch/out" 2>"$scratch/err" || code=$?
    [[ $code -eq 2 && ! -s $scratch/out && $(wc -l <"$scratch/err") -eq 1 ]] &&
        grep -qF -- "$wanted" "$scratch/err" && return
    cat "$scratch/out" "$scratch/err"
    return 1
}

holds "a failed check is led to the clock that is set wrong" \
    tells 0 'the scenario sets the clock of n2' scenarios/skewed-clock.json --check durable
holds "without an option it is the first check that fails" \
    tells 0 'the scenario sets the clock of n2' scenarios/skewed-clock.json
holds "a rule that is off is the end, and the exit code is that of the run" \
    tells 1 'the rule tie-rule is off' scenarios/safeguard-tie-rule.json --set safeguards.tie-rule=false
holds "an operation is led to the partition" \
    tells 0 "entry 1 of the scenario's timeline does this at 1 s" scenarios/partition-heal.json --op minority-write
holds "a condition of the timeline is named" \
    tells 0 'when n2.log_append == 3' scenarios/torn-log.json --node n2 --at 1500ms
holds "a node, at a time" \
    tells 0 'does this at 2 s' scenarios/false-alarm.json --node n3 --at 3s
holds "a key, at a time" \
    tells 0 'does this at 1 s' scenarios/partition-heal.json --key price --at 6500ms
holds "a deletion is something that was stored" \
    begins 0 'n2 has stored a deletion for note at 1.00264 s' \
    scenarios/safeguard-tombstone-grace.json --key note --at 1.5s
holds "a record, by its number" \
    tells 0 'here the run begins' scenarios/first-steps.json --record 1
holds "another seed is another run" \
    tells 0 'docs/why.md' scenarios/demo.json --seed 7
holds "when all went well it says so" \
    tells 0 'docs/why.md' scenarios/first-steps.json
holds "a check that holds says so" \
    tells 0 'this check holds' scenarios/first-steps.json --check linearizable

# What is done by hand, as a session keeps it: n3 down, n1's words to n2 lost, a put through n1.
sed -e 's/^  "clients": \[/  "timeline": [{"at": "50ms", "crash": "n3"}, {"at": "60ms", "cut": {"from": "n1", "to": "n2"}},\
    {"at": "70ms", "operation": {"client": "alice", "put": "greeting", "value": "by-hand-5", "via": "n1", "level": "one"}}],\
&/' -e '/schema/d' scenarios/first-steps.json >"$scratch/hand.json"
lacking=("$scratch/hand.json" --check "all three replicas have it")
holds "a value that was put by hand is told as it is" \
    begins 1 'greeting is not "by-hand-5" there, which alice+1 wrote' "${lacking[@]}"
holds "of several replicas that lack a value each is named" begins 1 '; n3 does not run' "${lacking[@]}"
sed -i -e '/"operation": /d' -e 's/, {"at": "60ms".*/],/' "$scratch/hand.json"
holds "a replica that is down is led to its crash" begins 1 'n3 is down: it crashed at 50 ms' "${lacking[@]}"

same_moment() {
    "$ringside" run scenarios/partition-heal.json -v >"$scratch/lines" || true
    "$ringside" why scenarios/partition-heal.json --op minority-write >"$scratch/out"
    while read -r stamp _; do
        [[ ! $stamp =~ ^[0-9]+\.[0-9]{6}$ ]] || grep -qF " $stamp " "$scratch/lines" || return 1
    done <"$scratch/out"
}
holds "a record has the same time here and in the run's lines" same_moment

holds "an unknown check names the nearest one" \
    says 'did you mean "durable"?' scenarios/skewed-clock.json --check durabel
holds "an unknown operation names the nearest one" \
    says 'did you mean "bens-read"?' scenarios/skewed-clock.json --op bens-raed
holds "an unknown node names the nearest one" says 'did you mean "n' scenarios/skewed-clock.json --node n9
holds "a record that does not exist is refused" says 'a number from 1 to' scenarios/first-steps.json --record 99999
holds "two questions at once are refused" says 'takes one of' scenarios/skewed-clock.json --op bens-read --node n1
holds "a time that is none is refused" says '--at' scenarios/skewed-clock.json --node n1 --at soon
holds "no file is a usage error" says 'why needs a scenario'
holds "a missing file is refused" says 'there is no such file' /nonexistent/x.json

# From where on there was no way out: the chain, the curve, and what it means.
lost=(scenarios/safeguard-sync-before-acknowledge.json --set safeguards.sync-before-acknowledge=false)
"$ringside" why "${lost[@]}" --inevitable >"$scratch/fate" 2>"$scratch/err" || true
says_of_fate() { [[ ! -s $scratch/err ]] && grep -qxF -- "$1" "$scratch/fate" || { cat "$scratch/fate"; return 1; }; }
holds "the step from which it was inevitable is marked in the chain" says_of_fate \
    '=>   1.001112  because n2 crashed at 1.001112 s, when it was in its log, but not on the device'
holds "... and in the curve, put to the proof by five times as many tails" says_of_fate \
    '=> step       49    1.001112   100 of 100  ####################'
holds "... and said, with what happened there" says_of_fate \
    'Inevitable from step 49 on, at 1.001112 s (n1 crashes: memory gone, 49 B of 49 B unsynced lost): all 100 tails fail it; one step before, 11 of 20.'
holds "what so many tails mean is said" says_of_fate \
    '100 of 100 mean: at least 96.3 % of all possible tails, with 95 % confidence.'
holds "with all faults kept it was so from the beginning" tells 1 '35 of 35 mean: at least 90.1 %' \
    "${lost[@]}" --inevitable --keep-faults --tails 7
json_step() {
    "$ringside" why "${lost[@]}" --inevitable --json >"$scratch/json" || true
    python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); i = d["inevitable"]
assert (i["step"], len(d["links"]), d["root"]) == (49, 3, "safeguard"), d
assert [p["failed"] for p in i["probes"] if p["step"] in (48, 49)] == [11, 100], i' "$scratch/json"
}
holds "programs get the same" json_step
holds "a check that holds was never inevitable" \
    says 'is about a check that fails, and "linearizable" does not' scenarios/first-steps.json --check linearizable --inevitable
holds "where nothing failed nothing was" says 'and none does' scenarios/first-steps.json --inevitable
holds "an operation is no check" says 'use it alone or with --check' scenarios/demo.json --op 'shopper3#9' --inevitable
holds "tails are a number" says '--tails takes a number from 1 to' "${lost[@]}" --inevitable --tails many
holds "tails without the question are refused" says 'go with --inevitable' "${lost[@]}" --tails 5

"$ringside" why scenarios/demo.json --op 'shopper3#9' >"$scratch/a"
"$ringside" why scenarios/demo.json --op 'shopper3#9' >"$scratch/b"
holds "the same question has the same answer" cmp "$scratch/a" "$scratch/b"
finish
