#!/usr/bin/env bash
# test_shrink.sh: a failing run becomes a small file, as a person asks for it.
# shellcheck source=tests/house/tap.sh
source "$(dirname "$0")/../house/tap.sh"
ringside=${RINGSIDE:-./ringside}
min=$scratch/min.json
swarm=(scenarios/swarm.json --set safeguards.digests-resolved=false --seed 2)

# ends CODE ARGUMENTS...: this exit code; what is said stays in $scratch/out and $scratch/err.
ends() {
    local wanted=$1 code=0
    shift
    "$ringside" "$@" >"$scratch/out" 2>"$scratch/err" || code=$?
    [[ $code -eq $wanted ]] && return
    echo "exit code $code"
    cat "$scratch/out" "$scratch/err"
    return 1
}
# says TEXT ARGUMENTS...: exit code 2, nothing on stdout, TEXT in one line on stderr.
says() {
    local wanted=$1
    shift
    ends 2 "$@" || return
    [[ ! -s $scratch/out && $(wc -l <"$scratch/err") -eq 1 ]] &&
        grep -qF -- "$wanted" "$scratch/err" && return
    cat "$scratch/out" "$scratch/err"
    return 1
}
out_has() { grep -qF -- "$1" "$scratch/out" || { cat "$scratch/out"; return 1; }; }

small() {
    ends 0 shrink "${swarm[@]}" -o "$min" && out_has "1-minimal: " && out_has "none fails" &&
        out_has " play $min" && out_has " why $min" && ends 0 validate "$min" && ends 1 run "$min"
}
holds "a run of a swarm becomes a file that fails, with the commands that show it" small
one_line_each() {
    [[ $(grep -cE '^ +\{ "at": ' "$min") -le 10 ]] && grep -q '"title": "The smallest run that fails: linearizable"' "$min" &&
        grep -q 'Made by: ringside shrink scenarios/swarm.json .*--seed 2"' "$min"
}
holds "each fault and each operation is a line of it, and it says what fails and where it comes from" one_line_each
again() { ends 0 shrink "$min" -o "$scratch/again.json" && cmp "$min" "$scratch/again.json"; }
holds "shrinking it again changes nothing" again

capsule() {
    ends 1 capsule "$min" -o "$scratch/capsule.json" && ends 0 shrink "$scratch/capsule.json" -o "$scratch/again.json" &&
        cmp <(grep -v '"about"' "$min") <(grep -v '"about"' "$scratch/again.json")
}
holds "a capsule is taken as well, with its seed" capsule
kept() {
    ends 0 shrink scenarios/safeguard-newer-wins.json --set safeguards.newer-wins=false --keep cluster.nodes -o "$scratch/kept.json" &&
        out_has "1 key, 3 nodes" && ends 0 shrink scenarios/safeguard-newer-wins.json --set safeguards.newer-wins=false -o "$scratch/kept.json" &&
        out_has "1 key, 2 nodes"
}
holds "--keep leaves a value as it is" kept
expected() { ends 0 shrink scenarios/skewed-clock.json -o "$scratch/demo.json" && out_has "1-minimal"; }
holds "a failure that the scenario expects is shrunk like any other" expected
cut() {
    ends 1 shrink "${swarm[@]}" --time-limit 1ms -o "$scratch/cut.json" && out_has "stopped at the time limit" &&
        ends 1 run "$scratch/cut.json"
}
holds "at the time limit the smallest so far is written, and fails" cut
to_terminal() { ends 0 shrink "$min" --no-proof -o - && cmp "$scratch/out" "$min"; }
holds "-o - writes to the terminal, and nothing else does" to_terminal

swept() {
    ends 1 sweep scenarios/safeguard-newer-wins.json --set safeguards.newer-wins=false --seeds 1..3 --capsules "$scratch/found" --shrink &&
        out_has "1-minimal: $scratch/found/safeguard-newer-wins-1-min.json" && ends 1 run "$scratch/found/safeguard-newer-wins-1-min.json"
}
holds "sweep --shrink makes the first finding of each cause small, beside its capsule" swept
holds "... which needs a folder" says "--shrink needs --capsules FOLDER" sweep scenarios/demo.json --shrink

holds "a seed that does not fail is told" says "with seed 7 no check fails, so there is nothing to shrink" \
    shrink scenarios/first-steps.json --seed 7 -o "$scratch/none.json"
holds "... and nothing is written" test ! -e "$scratch/none.json"
holds "a scenario is needed" says "shrink needs a " shrink
holds "a seed is a number" says "--seed takes a whole number" shrink scenarios/demo.json --seed x
holds "a time has a unit" says "--time-limit: " shrink scenarios/demo.json --time-limit 5
echo '{"name": 5' >"$scratch/damaged.json"
holds "a damaged file is told by its place" says "$scratch/damaged.json:2:1: " shrink "$scratch/damaged.json"

finish
