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
    tells 1 'switches the rule tie-rule off' scenarios/safeguard-tie-rule.json --set safeguards.tie-rule=false
holds "an operation is led to the partition" \
    tells 0 "entry 1 of the scenario's timeline does this at 1 s" scenarios/partition-heal.json --op minority-write
holds "a condition of the timeline is named" \
    tells 0 'when n2.log_append == 3' scenarios/torn-log.json --node n2 --at 1500ms
holds "a node, at a time" \
    tells 0 'does this at 2 s' scenarios/false-alarm.json --node n3 --at 3s
holds "a key, at a time" \
    tells 0 'does this at 1 s' scenarios/partition-heal.json --key price --at 6500ms
holds "a record, by its number" \
    tells 0 'here the run begins' scenarios/first-steps.json --record 1
holds "another seed is another run" \
    tells 0 'nothing is before it' scenarios/demo.json --seed 7
holds "when all went well it says so" \
    tells 0 'nothing has failed' scenarios/first-steps.json
holds "a check that holds says so" \
    tells 0 'this check holds' scenarios/first-steps.json --check linearizable

holds "an unknown check names the nearest one" \
    says 'did you mean "durable"?' scenarios/skewed-clock.json --check durabel
holds "an unknown operation names the nearest one" \
    says 'did you mean "bens-read"?' scenarios/skewed-clock.json --op bens-raed
holds "an unknown node names the nearest one" says 'did you mean "n' scenarios/skewed-clock.json --node n9
holds "a record that does not exist is refused" says 'a number from 1 to' scenarios/first-steps.json --record 99999
holds "two questions at once are refused" says 'takes one of' scenarios/skewed-clock.json --op bens-read --node n1
holds "a time that is none is refused" says '--at' scenarios/skewed-clock.json --node n1 --at soon
holds "no file is a usage error" says 'needs a scenario file'
holds "a missing file is refused" says 'there is no such file' /nonexistent/x.json

"$ringside" why scenarios/demo.json --op 'shopper3#9' >"$scratch/a"
"$ringside" why scenarios/demo.json --op 'shopper3#9' >"$scratch/b"
holds "the same question has the same answer" cmp "$scratch/a" "$scratch/b"
finish
