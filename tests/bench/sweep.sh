#!/usr/bin/env bash
# sweep.sh: what a sweep costs, and how it scales: processor time a run with 1, 2 ... processes.
#
#   make && tests/bench/sweep.sh [SCENARIO] [SEEDS] [JOBS]
#
# Processor time, of all processes of the sweep together, says what the work and the dividing of it
# cost, whatever else the machine does. As many runs a second as there are processors to spend it on
# follow from it: "times" is what JOBS idle processors would gain. The wall clock stands beside it,
# with the load, since it means nothing without.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=${RINGSIDE:-./ringside}
scenario=${1:-scenarios/standard.json}
seeds=${2:-1000}
most=${3:-2}
TIMEFORMAT='%R %U %S'

echo "$scenario, seeds 1..$seeds, load $(cut -d' ' -f1-3 /proc/loadavg), $(nproc) processors"
for ((jobs = 1; jobs <= most; jobs++)); do
    read -r wall user system < <({ time "$program" sweep "$scenario" --seeds "$seeds" --jobs $jobs >/dev/null 2>&1 || true; } 2>&1)
    awk -v jobs=$jobs -v seeds="$seeds" -v wall="$wall" -v cpu="$user $system" -v first="${first:-0}" 'BEGIN {
        split(cpu, part, " "); cpu = part[1] + part[2]
        if (first == 0) first = cpu
        printf "  %d %-9s %6.2f s of processor time, %5.0f runs/s of each, %.2f times; %.2f s of the wall clock\n",
               jobs, jobs == 1 ? "process" : "processes", cpu, seeds / cpu, jobs * first / cpu, wall }'
    first=${first:-$(awk -v a="$user" -v b="$system" 'BEGIN { print a + b }')}
done
