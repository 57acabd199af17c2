#!/usr/bin/env bash
# test_command.sh: what a person and a program can rely on when they type `ringside`.
# shellcheck source=tests/house/tap.sh
source "$(dirname "$0")/../house/tap.sh"
ringside=${RINGSIDE:-./ringside}
first=scenarios/first-steps.json

code_is() { # CODE COMMAND...
    local wanted=$1 code=0
    shift
    "$@" >"$scratch/out" 2>"$scratch/err" || code=$?
    [[ $code -eq $wanted ]] || { cat "$scratch/out" "$scratch/err"; return 1; }
}
says() { # TEXT COMMAND...: exit code 2, nothing on stdout, TEXT in one line on stderr
    local wanted=$1
    shift
    code_is 2 "$@" && [[ ! -s $scratch/out && $(wc -l <"$scratch/err") -eq 1 ]] &&
        grep -qF -- "$wanted" "$scratch/err"
}
same() { cmp "$1" "$2"; }

holds "a run whose checks hold ends with 0" code_is 0 "$ringside" run $first
holds "a run whose check fails ends with 1" \
    code_is 1 "$ringside" run scenarios/safeguard-tie-rule.json --set safeguards.tie-rule=false
holds "a run that was stopped is not blamed for what was to come" code_is 0 "$ringside" run $first --until 15ms
holds "--until stops at the very time" bash -c \
    "'$ringside' run $first --until 15ms --report json | grep -q '\"virtual_ns\": 15000000'"
holds "--until a condition of time stops there, too" bash -c \
    "'$ringside' run $first --until 'time >= 15ms' --report json | grep -q '\"virtual_ns\": 15000000'"
holds "-v does not get into the JSON report" bash -c \
    "'$ringside' run $first --report json -v 2>/dev/null | '${PYTHON:-python3}' -m json.tool"
holds "a folder of scenarios with its schema validates" code_is 0 "$ringside" validate scenarios/*.json
holds "a missing file is a usage error that names the nearest one" \
    says 'did you mean "scenarios/first-steps.json"?' "$ringside" run scenarios/frist-steps.json
for command in run status metrics why ring validate "export --format dot"; do
    # shellcheck disable=SC2086 # a command and its option are two words
    holds "ringside $command knows a scenario by its name" code_is 0 "$ringside" $command first-steps
    # shellcheck disable=SC2086
    holds "ringside $command names the nearest one" says 'did you mean "first-steps"?' "$ringside" $command frist-steps
done
holds "play does, too" says 'did you mean "first-steps"?' "$ringside" play frist-steps
holds "a scenario is known without its ending" code_is 0 "$ringside" validate scenarios/first-steps
holds "replay of a scenario says how a trace is made" says 'ringside run first-steps --trace' "$ringside" replay first-steps
holds "metrics over time are for CSV, and nothing is left out in silence" \
    says '--every goes with --format csv' "$ringside" metrics first-steps --every 1ms
holds "nor are the rows of each node" says '--node all goes with --format csv' "$ringside" metrics first-steps --node all
holds "an unknown command names the nearest one" says 'did you mean "run"?' "$ringside" rnu
holds "an unknown option names the nearest one" says 'did you mean "--seed"?' "$ringside" run $first --sed 3
holds "a seed that is no number is refused" says 'whole number' "$ringside" run $first --seed x
holds "an unknown report form is refused" says '"text" or "json"' "$ringside" run $first --report xml
holds "--until that is neither time nor condition is refused" \
    says 'neither a time' "$ringside" run $first --until 'n9.state'
holds "--set names the key that does not exist" says '--set cluster.nods=4' "$ringside" run $first --set cluster.nods=4
holds "a trace that cannot be written is refused before the run" \
    says 'cannot write' "$ringside" run $first --trace /nonexistent/t

"$ringside" run $first --report json >"$scratch/a.json"
"$ringside" run $first --report json >"$scratch/b.json"
holds "two runs give the same JSON, byte for byte" same "$scratch/a.json" "$scratch/b.json"
holds "the JSON report has its promised keys" "${PYTHON:-python3}" -c "
import json, sys
report = json.load(open('$scratch/a.json'))
wanted = ['scenario', 'seed', 'steps', 'virtual_ns', 'digest', 'operations', 'replicas', 'checks']
assert list(report) == wanted, list(report)
assert report['operations']['total'] == 4 and report['operations']['ok'] == 4, report['operations']
assert len(report['digest']) == 32 and all(c['verdict'] == 'holds' for c in report['checks'])"
"$ringside" run scenarios/repair.json >"$scratch/repair.txt"
holds "the report says what repairs have moved" \
    grep -qx '  2 repairs, 2 whole: 38 rows got, 26 sent, 7724 B; 261 B to find all equal' "$scratch/repair.txt"
"$ringside" run $first >"$scratch/first.txt"
holds "... and nothing where nothing differed" bash -c "! grep -q '^Replicas' '$scratch/first.txt'"
"$ringside" run $first --seed 2 --report json >"$scratch/c.json"
holds "another seed is another run" bash -c "! cmp -s '$scratch/a.json' '$scratch/c.json'"

"$ringside" run $first --trace "$scratch/t.jsonl" --report json >"$scratch/d.json"
holds "recording a trace changes nothing" same "$scratch/a.json" "$scratch/d.json"
holds "a recorded trace replays to the same run" code_is 0 "$ringside" replay "$scratch/t.jsonl"
sed 's/"bytes": 53/"bytes": 54/' "$scratch/t.jsonl" >"$scratch/bent.jsonl"
holds "replay of a bent trace ends with 1" code_is 1 "$ringside" replay "$scratch/bent.jsonl"
holds "and names step, record and field" \
    bash -c "'$ringside' replay '$scratch/bent.jsonl' | grep -q 'differ at step [0-9]*, record [0-9]*, in the field \"bytes\"'"
head -n 20 "$scratch/t.jsonl" >"$scratch/cut.jsonl"
holds "replay of a cut trace ends with 1" code_is 1 "$ringside" replay "$scratch/cut.jsonl"
holds "what is no trace is refused" says 'not a trace' "$ringside" replay README.md
holds "every line of a trace is JSON" "${PYTHON:-python3}" -c "
import json
lines = [json.loads(line) for line in open('$scratch/t.jsonl')]
records = lines[1:-1]
assert [r['number'] for r in records] == list(range(1, len(records) + 1))
assert all(r['cause'] < r['number'] for r in records)"

holds "time travel gives the same states, byte for byte" code_is 0 "$ringside" run $first --check-time-travel
holds "the run does not depend on where its memory lies" bash -c \
    "'$ringside' run $first --report json --region-base 300000000000 | cmp - '$scratch/a.json'"

"$ringside" run members -v >"$scratch/members"
holds "a node that is to come in its own place is told to join" grep -q 'n6 is told to join$' "$scratch/members"
holds "one that is to take another's place is told whose" grep -q 'n7 is told to replace n2$' "$scratch/members"
holds "an operator at another node names whom" grep -q 'an operator at n4: remove n3$' "$scratch/members"

one_safeguard() {
    code_is 0 "$ringside" safeguards tie-rule &&
        [[ $(grep -c '^    rule' "$scratch/out") -eq 1 ]] && grep -q '^tie-rule$' "$scratch/out"
}
holds "safeguards NAME shows that one alone" one_safeguard
holds "an unknown safeguard names the nearest one" \
    says 'did you mean "tie-rule"?' "$ringside" safeguards tie-rul

printf 'click n1\nexpect selected n1\n' >"$scratch/good.txt"
printf 'click n1\nexpect selected n2\n' >"$scratch/fails.txt"
printf 'click n1\n  clik n2\n' >"$scratch/slip.txt"
printf 'expect panes ring+log\n' >"$scratch/panes.txt"
script_fails() {
    code_is 1 "$ringside" play $first --ui-script "$scratch/fails.txt" && [[ ! -s $scratch/out ]] &&
        grep -qF "$scratch/fails.txt:2:1: expected selected n2, but selected is n1" "$scratch/err"
}
holds "a script of the window that comes to its end ends with 0, without a display" \
    code_is 0 env -u DISPLAY -u WAYLAND_DISPLAY "$ringside" play $first --ui-script "$scratch/good.txt"
holds "one whose expectation fails ends with 1, and says where and what there is" script_fails
holds "a slip in one is told by line and column before anything is done" \
    says "slip.txt:2:3: \"clik\" is no verb; did you mean \"click\"?" \
    "$ringside" play $first --ui-script "$scratch/slip.txt"
holds "a script that is not there is refused" says "cannot read" "$ringside" play $first --ui-script "$scratch/none"
holds "a scenario chooses the panes that its window begins with" \
    code_is 0 "$ringside" play tests/scenario/everything.json --ui-script "$scratch/panes.txt"

# The shape of every help: usage, options as the command reads them, exit codes, examples at the end.
commands=$("$ringside" completion fish | sed -n 's/.*__fish_use_subcommand -f -a \([a-z]*\) .*/\1/p')
options_of() { "$ringside" completion bash | sed -n "s/^    $1:\*) words='\([^']*\)'.*/\1/p"; }
well_shaped() { # COMMAND
    local option last=
    "$ringside" "$1" --help >"$scratch/help" || return
    [[ $(head -n 1 "$scratch/help") == "usage: ringside $1"* ]] || { echo "begins otherwise"; return 1; }
    [[ $(wc -L <"$scratch/help") -le 100 ]] || { echo "has long lines"; return 1; }
    for option in $(options_of "$1"); do
        [[ $option == --help || $option != -* ]] || grep -qE -- "^  $option( |$)" "$scratch/help" ||
            { echo "is silent about $option"; return 1; }
    done
    last=$(grep -n '^Exit codes: \|^Examples:$' "$scratch/help" | cut -d: -f2 | tr '\n' ' ')
    [[ $last == "Exit codes Examples " ]] || { echo "ends otherwise: $last"; return 1; }
    ! sed '1,/^Examples:$/d' "$scratch/help" | grep -v '^  [^ ]'
}
holds "ringside --help names every command" [ "$(wc -w <<<"$commands")" -ge 14 ]
for command in $commands; do
    holds "ringside $command --help has the shape of all, and every option" well_shaped "$command"
done

completes() { # WANTED WORDS...: bash offers this for the last word
    local wanted=$1
    shift
    bash -c 'wanted=$1; shift; eval "$("$1" completion bash)"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        _ringside; printf "%s\n" "${COMPREPLY[@]}" | grep -qx -- "$wanted"' - "$wanted" "$ringside" "$@"
}
holds "bash completes a command" completes validate va
holds "a scenario by its name" completes first-steps run first-
holds "an option" completes --check-time-travel run --ch
holds "the words that an option takes" completes prometheus metrics demo --format pro
holds "a file, where one is wanted" completes README.md check READ
holds "the words that a command takes" completes zsh completion z
"$ringside" completion bash >"$scratch/completion"
holds "the script for bash is one" bash -n "$scratch/completion"
if command -v zsh >/dev/null; then
    "$ringside" completion zsh >"$scratch/completion"
    holds "the script for zsh is one" zsh -n "$scratch/completion"
fi
if command -v fish >/dev/null; then
    "$ringside" completion fish >"$scratch/completion"
    holds "the script for fish is one" fish -n "$scratch/completion"
fi
holds "an unknown shell names the nearest one" says 'did you mean "zsh"?' "$ringside" completion zhs
holds "--version names the versions that a run depends on" bash -c \
    "'$ringside' --version | grep -q 'trace format' && '$ringside' --version | grep -q 'random draws'"
holds "docs/wire-format.md is what the program prints" bash -c "'$ringside' wire | cmp - docs/wire-format.md"
finish
