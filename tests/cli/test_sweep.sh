#!/usr/bin/env bash
# test_sweep.sh: sweeps, shards, capsules, as a person or a job of a cluster uses them.
# shellcheck source=tests/house/tap.sh
source "$(dirname "$0")/../house/tap.sh"
ringside=${RINGSIDE:-./ringside}
tie=scenarios/safeguard-newer-wins.json
off=(--set safeguards.newer-wins=false)

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
digest() { awk '/^  digest/ { print $2, $4 }' "$scratch/out"; }
same_lines() { cmp <(sort "$1") <(sort "$2"); }

# --- the account -------------------------------------------------------------------------------

two=(scenarios/standard.json scenarios/demo.json --seeds 1..20)
one_job_and_three() {
    local jobs
    for jobs in 1 3; do
        ends 0 sweep "${two[@]}" --jobs $jobs --out "$scratch/jobs$jobs.jsonl" || return
        digest >"$scratch/digest$jobs"
    done
    cmp "$scratch/digest1" "$scratch/digest3" && same_lines "$scratch/jobs1.jsonl" "$scratch/jobs3.jsonl"
}
holds "one process and three make the same lines and the same digest" one_job_and_three

findings_of_one_cause() {
    ends 1 sweep $tie "${off[@]}" --seeds 1..50 && out_has "50 findings; first: safeguard-newer-wins, seed 1" &&
        out_has "broken: newer-wins" && [[ $(grep -c '^[0-9]*\. ' "$scratch/out") -eq 1 ]]
}
holds "findings of one cause are one group, whatever their seeds" findings_of_one_cause
holds "the last line is the command that opens the first finding" \
    grep -qxE 'open the first finding: .* play scenarios/.*json --seed 1 --set safeguards.newer-wins=false --at violation' "$scratch/out"

enough() {
    local jobs
    for jobs in 1 3; do
        ends 1 sweep $tie "${off[@]}" --seeds 5..5000 --jobs $jobs --until-failures 7 || return
        digest >"$scratch/digest$jobs"
        out_has "7 of 4,996 runs" || return
    done
    cmp "$scratch/digest1" "$scratch/digest3"
}
holds "it stops after so many findings, at the same run for any number of processes" enough

flat() {
    local jobs
    for jobs in 1 2; do
        ends 0 sweep scenarios/demo.json --seeds 1..5000 --jobs $jobs --until-covered 15 --coverage || return
        out_has "nothing new was reached for long enough" && out_has "(the last 15 runs reached nothing new)" || return
        digest >"$scratch/digest$jobs"
    done
    cmp "$scratch/digest1" "$scratch/digest2" && out_has ", pause,"
}
holds "it stops when nothing new is reached, and lists what never was" flat

expected() {
    ends 0 sweep scenarios/skewed-clock.json --seeds 1..5 && ends 1 sweep scenarios/skewed-clock.json --seeds 1..5 --strict
}
holds "what a scenario expects to fail is a finding only with --strict" expected

limit() { ends 0 sweep scenarios/standard.json --seeds 1..1000000 --time-limit 300ms && out_has "stopped at the time limit"; }
holds "a time limit is kept" limit

interrupted() {
    local code=0 pid
    "$ringside" sweep scenarios/standard.json --seeds 1..1000000 --out "$scratch/int.jsonl" >"$scratch/out" 2>"$scratch/err" &
    pid=$!
    while [[ $(grep -c . "$scratch/int.jsonl" 2>/dev/null) -lt 5 ]]; do sleep 0.05; done
    kill -INT $pid
    wait $pid || code=$?
    [[ $code -eq 0 ]] && out_has "stopped, as somebody wanted" && out_has "the same command goes on from here" &&
        [[ $(tail -c 2 "$scratch/int.jsonl") == '}' ]]
}
holds "Ctrl-C ends it in an orderly way, with what there is" interrupted

# --- crashes and hangs -------------------------------------------------------------------------

# A worker that has no memory to begin with ends at once, and each of its runs with it.
crashes() {
    (ulimit -v 1000000 && ends 1 sweep scenarios/first-steps.json --seeds 1..3) && out_has "crashed     3" &&
        out_has "crashed: exit code 2" && out_has "open the first finding: " && out_has " run scenarios/first-steps.json --seed 1"
}
holds "runs whose process dies are findings, and the sweep goes on" crashes
hangs() { ends 1 sweep scenarios/saturation.json --seeds 1..3 --run-limit 1ms && out_has "hung" && out_has "killed after 0.001 s"; }
endless() { ends 1 sweep scenarios/standard.json --seeds 1..3 --step-limit 500 && out_has "endless     3" && out_has "after 500 steps"; }
holds "a run that takes too long is killed, and is a finding" hangs
holds "a run of too many steps is a finding" endless

# Somebody kills a worker: the run that it was at is a finding, all others are as they would have been.
killed_worker() {
    local code=0 pid child
    rm -f "$scratch/kill.jsonl"
    "$ringside" sweep scenarios/standard.json --seeds 1..120 --jobs 2 --out "$scratch/kill.jsonl" \
        --capsules "$scratch/killed" >"$scratch/out" 2>"$scratch/err" &
    pid=$!
    while [[ $(grep -c . "$scratch/kill.jsonl" 2>/dev/null) -lt 5 ]]; do sleep 0.05; done
    child=$(ps -o pid= --ppid $pid | head -n 1)
    kill -9 "${child// /}"
    wait $pid || code=$?
    [[ $code -eq 1 && $(grep -c '"end": "holds"' "$scratch/kill.jsonl") -eq 119 ]] && out_has "crashed     1" &&
        out_has "1. crashed: signal 9, Killed"
}
holds "a worker that is killed costs one run, which is a finding" killed_worker
well_now() { ends 1 replay "$scratch"/killed/standard-*.json && out_has "end       recorded  crashed" && out_has "now       holds"; }
holds "its capsule is replayed in a process of its own, and told to be well now" well_now

# --- going on ----------------------------------------------------------------------------------

# Killed at random moments, torn behind that, and gone on with: the same lines as in one go.
killed() {
    local pid size
    ends 0 sweep "${two[@]}" --out "$scratch/whole.jsonl" || return
    digest >"$scratch/digest"
    rm -f "$scratch/part.jsonl"
    for _ in 1 2 3 4; do
        "$ringside" sweep "${two[@]}" --jobs 2 --out "$scratch/part.jsonl" >/dev/null 2>&1 &
        pid=$!
        sleep "0.0$((RANDOM % 10))"
        kill -9 $pid 2>/dev/null
        wait $pid 2>/dev/null
        size=$(stat -c %s "$scratch/part.jsonl" 2>/dev/null || echo 0)
        if [[ $size -gt 1000 ]]; then truncate -s $((size - RANDOM % 300)) "$scratch/part.jsonl"; fi
    done
    ends 0 sweep "${two[@]}" --jobs 2 --out "$scratch/part.jsonl" && cmp <(digest) "$scratch/digest" &&
        same_lines "$scratch/part.jsonl" "$scratch/whole.jsonl"
}
holds "killed and torn at random moments, it goes on to the same result" killed
nothing_again() { ends 0 sweep "${two[@]}" --out "$scratch/whole.jsonl" && out_has "known       40 of them"; }
holds "what the file has is not run again" nothing_again

# --- shards ------------------------------------------------------------------------------------

merged() {
    local i
    for i in 1 2 3; do ends 0 sweep "${two[@]}" --shard $i/3 --out "$scratch/shard$i.jsonl" || return; done
    ends 0 merge "$scratch"/shard[123].jsonl -o "$scratch/all.jsonl" && cmp <(digest) "$scratch/digest" &&
        same_lines "$scratch/all.jsonl" "$scratch/whole.jsonl"
}
holds "shards that are merged are the whole" merged
gap() {
    ends 1 merge "$scratch"/shard[13].jsonl && out_has "missing: 13 of 13 runs of seeds 1..20, shard 2/3; the first is seed 1 of demo"
}
holds "a shard that is missing is named" gap
overlap() { ends 0 merge "$scratch"/shard[123].jsonl "$scratch/whole.jsonl" && out_has "40 stood in more than one and agree"; }
holds "runs that stand in several files agree" overlap
differ() {
    sed '0,/"seed": 7, "end": "holds", "digest": "./s//"seed": 7, "end": "holds", "digest": "x/; s/"x/"0/' \
        "$scratch/whole.jsonl" >"$scratch/other.jsonl"
    ends 1 merge "$scratch/whole.jsonl" "$scratch/other.jsonl" -o "$scratch/none.jsonl" &&
        out_has "NOT THE SAME: seed 7 of standard came out differently" && [[ ! -e $scratch/none.jsonl ]]
}
holds "runs that came out differently are told, and nothing is written" differ

# As docs/sweep.md has it.
slurm() {
    local task
    for task in 10 15 20; do
        SLURM_ARRAY_TASK_ID=$task SLURM_ARRAY_TASK_MIN=10 SLURM_ARRAY_TASK_STEP=5 SLURM_ARRAY_TASK_COUNT=3 \
            ends 0 sweep "${two[@]}" --shard auto --out "$scratch/slurm-$task.jsonl" || return
    done
    ends 0 merge "$scratch"/slurm-*.jsonl && cmp <(digest) "$scratch/digest"
}
holds "tasks of a Slurm array are shards" slurm
kubernetes() {
    local index
    for index in 0 1; do
        JOB_COMPLETION_INDEX=$index ends 0 sweep "${two[@]}" --shard auto/2 --out "$scratch/pod-$index.jsonl" || return
    done
    ends 0 merge "$scratch"/pod-*.jsonl && cmp <(digest) "$scratch/digest"
}
holds "pods of a Kubernetes job are shards" kubernetes
if command -v parallel >/dev/null && parallel --version 2>/dev/null | grep -q GNU; then
    gnu() {
        seq 4 | parallel --will-cite -j2 "$ringside" sweep "${two[@]}" --jobs 1 --shard auto/4 \
            --out "$scratch/gnu-{}.jsonl" >/dev/null 2>&1
        ends 0 merge "$scratch"/gnu-*.jsonl && cmp <(digest) "$scratch/digest"
    }
    holds "jobs of GNU parallel are shards" gnu
else
    skip "GNU parallel is not installed"
fi

# --- capsules ----------------------------------------------------------------------------------

capsules() {
    ends 1 sweep $tie "${off[@]}" --seeds 1..20 --capsules "$scratch/found" &&
        out_has "play $scratch/found/safeguard-newer-wins-1.json" &&
        [[ $(ls "$scratch/found") == safeguard-newer-wins-1.json ]] &&
        [[ $(stat -c %s "$scratch/found/safeguard-newer-wins-1.json") -lt 5000 ]]
}
holds "the first finding of each cause becomes a file of a few KiB" capsules
capsule=$scratch/found/safeguard-newer-wins-1.json
replays() { ends 0 replay "$capsule" && out_has "the same run: 90 steps"; }
holds "a capsule is the same run again" replays
stands_for() {
    ends 1 run "$capsule" --report json && cp "$scratch/out" "$scratch/report" &&
        ends 1 run $tie --seed 1 "${off[@]}" --report json &&
        cmp <(grep '"digest"' "$scratch/report") <(grep '"digest"' "$scratch/out")
}
holds "a capsule stands where a scenario does" stands_for
again() { ends 1 capsule "$capsule" -o "$scratch/again.json" && ends 0 replay "$scratch/again.json"; }
holds "a capsule of a capsule is the same run" again
version() {
    sed 's/"program": ".*"/"program": "0.0.1"/' "$capsule" >"$scratch/old.json"
    ends 0 replay "$scratch/old.json" && out_has "made by Ringside 0.0.1"
}
holds "another version is told at once" version
other() {
    sed 's/"seed": 1,/"seed": 2,/' "$capsule" >"$scratch/other.json"
    ends 1 replay "$scratch/other.json" && out_has "the run came out differently" &&
        out_has "the runs are the same up to step 0 and differ at step" && out_has "  digest    recorded  "
}
holds "a run that came out differently is told, with where and in what" other
holds "a capsule of a run that holds says so" ends 0 capsule scenarios/first-steps.json -o "$scratch/fine.json"
shown() { ends 0 play "$capsule" --svg "$scratch/found.svg" && grep -q "judged at the end: fails" "$scratch/found.svg"; }
holds "play opens it where the check fails" shown
at_violation() { ends 0 play $tie "${off[@]}" --at violation --svg "$scratch/found.svg"; }
holds "so it does with --at violation" at_violation

pattern() { ends 0 sweep scenarios/s*.json --seeds 1..1 && out_has " of " && ! grep -q schema "$scratch/err"; }
holds "scenarios may be named by a pattern: their schema is left out" pattern

# A scenario with a swarm is another one for each seed.
swarm() {
    local jobs
    for jobs in 1 3; do
        ends 0 sweep scenarios/swarm.json --seeds 1..12 --jobs $jobs --out "$scratch/swarm$jobs.jsonl" || return
    done
    same_lines "$scratch/swarm1.jsonl" "$scratch/swarm3.jsonl" && ends 0 run scenarios/swarm.json --seed 7 &&
        out_has "digest $(grep '"seed": 7,' "$scratch/swarm1.jsonl" | sed 's/.*"digest": "\([0-9a-f]*\)".*/\1/')"
}
holds "each seed of a swarm is the run of its expansion" swarm
swarm_capsule() {
    ends 0 capsule scenarios/swarm.json --seed 7 -o "$scratch/swarm-7.json" && ends 0 replay "$scratch/swarm-7.json" &&
        ! grep -q '"swarm":' "$scratch/swarm-7.json"
}
holds "a capsule has the faults spelled out" swarm_capsule

# --- bad input ---------------------------------------------------------------------------------

holds "no scenario" says 'sweep needs a scenario' sweep
holds "no such option" says 'did you mean "--seeds"?' sweep $tie --seed 1..2
holds "seeds that are none" says '--seeds takes a range such as 1..1000' sweep $tie --seeds 9..1
holds "no number of processes" says '--jobs takes a whole number from 1 to 256, not "0"' sweep $tie --jobs 0
holds "a time without a unit" says '--time-limit: ' sweep $tie --time-limit 10
holds "a shard that is none" says '--shard: shards are numbered from 1 to 3, and this is number 4' sweep $tie --shard 4/3
holds "two scenarios of one name" says 'two scenarios are called "demo"' sweep scenarios/demo.json scenarios/demo.json
holds "a mistake in a scenario" says 'no scenario of that name; did you mean "demo"?' sweep dmo
holds "results of other runs" says 'holds results of other runs' sweep $tie --out "$scratch/whole.jsonl"
holds "a file that is no file of results" says 'so it is left alone' sweep $tie --out scenarios/demo.json
holds "nothing to merge" says 'merge needs files of results' merge
holds "what cannot be merged" says 'results are kept in an ordinary file' merge /dev/null
holds "a scenario is no results" says ':1:' merge scenarios/demo.json
sed 's/"scenario":/"scenery":/' "$capsule" >"$scratch/damaged.json"
holds "a damaged capsule" says 'missing key "scenario"' replay "$scratch/damaged.json"
holds "no violation to go to" says 'no check fails in this run' play scenarios/first-steps.json --at violation --svg "$scratch/none.svg"
holds "a window that is wanted at no time" says '--at: ' play $tie --at soon --svg "$scratch/none.svg"

finish
