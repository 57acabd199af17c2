#!/usr/bin/env bash
# load.sh: the figures of docs/cluster/load.md, from shipped scenarios, in one run.
#
#   make && tests/bench/load.sh [CSV]      prints them; with a file, the goodput curve goes there, too
#
# Everything is virtual time and counts, so it is the same on every machine.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=${RINGSIDE:-./ringside}

# of WORDS...: sums of one run: ok, overloaded, timeout, and the worst p99 of its kinds of operation
of() {
    "$program" run "$@" 2>/dev/null | awk '
        /^  (get|put|delete) / { ok += $3; over += $5; late += $6; p99 = $(NF - 3) " " $(NF - 2); max = $(NF - 1) " " $NF }
        /^  one replica more was/ { more = $7 }
        /^  retries: / { retries = $2 }
        END { printf "ok %d, overloaded %d, timeout %d, p99 %s, max %s", ok, over, late, p99, max
              if (more) printf ", asked one more %d", more
              if (retries) printf ", retries %d", retries; print "" }' || true
}

row() { printf '  %-34s %s\n' "$1" "$(of "${@:2}")"; }

echo "Goodput in five seconds, against offered load (capacity is about 7500)"
curve=${1:-/dev/null}
echo "offered_per_s,ok_without,ok_codel" >"$curve"
for gap in 2000 1000 800 667 500 400 333 250; do
    offered=$((1000000 / gap))
    without=$(of scenarios/load-shedding.json --set cluster.shedding=nothing --set "clients[0].gap=${gap}us")
    with=$(of scenarios/load-shedding.json --set "clients[0].gap=${gap}us")
    printf '  %5d a second: waiting %-60s shedding %s\n' "$offered" "${without%%, p99*};" "${with%%, p99*}"
    echo "$offered,$(sed -E 's/^ok ([0-9]+).*/\1/' <<<"$without"),$(sed -E 's/^ok ([0-9]+).*/\1/' <<<"$with")" >>"$curve"
done

echo "One slow replica of five nodes (scenarios/speculative-retry.json)"
for when in none p95 p99 10ms always; do
    row "speculative_retry $when" scenarios/speculative-retry.json --set "cluster.speculative_retry=$when"
done
for choice in primary random round_robin p2c least_outstanding fastest c3; do
    row "replica_choice $choice, no retry" scenarios/speculative-retry.json \
        --set cluster.speculative_retry=none --set "cluster.replica_choice=$choice"
done

echo "A replica that is slow for four seconds (scenarios/dynamic-snitch.json)"
for choice in fastest c3 p2c least_outstanding round_robin random primary; do
    row "replica_choice $choice" scenarios/dynamic-snitch.json --set "cluster.replica_choice.by=$choice"
done
row "fastest, nothing forgotten" scenarios/dynamic-snitch.json --set cluster.replica_choice.reset=0s

echo "A bad second (scenarios/retry-storm.json)"
row "pause and budget of 10 %" scenarios/retry-storm.json
row "five retries, at once, no budget" scenarios/retry-storm.json --set 'clients[0].retry={}'
row "no retries at all" scenarios/retry-storm.json --set 'clients[0].retries=0'
row "no budget, but shedding" scenarios/retry-storm.json --set 'clients[0].retry={}' --set cluster.shedding=codel

echo "A hot key (scenarios/hot-key.json)"
row "replicas by p2c" scenarios/hot-key.json
row "anybody" scenarios/hot-key.json --set 'clients[0].coordinator=random'
row "anybody, and p2c in the coordinator" scenarios/hot-key.json --set 'clients[0].coordinator=random' \
    --set cluster.replica_choice=p2c
row "twice the nodes, twice the reads" scenarios/hot-key.json --set cluster.nodes=18 --set 'clients[0].gap=75us'
