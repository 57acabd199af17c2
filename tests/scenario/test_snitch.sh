#!/usr/bin/env bash
# test_snitch.sh: what scenarios/dynamic-snitch.json says that comes of the other ways to choose, comes.
# shellcheck source-path=SCRIPTDIR source=../house/tap.sh
. "$(dirname "$0")/../house/tap.sh"

program=${RINGSIDE:-./ringside}
snitch=scenarios/dynamic-snitch.json

# fails_only CHECK OPTIONS...: with these options that check fails, and no other.
fails_only() {
    local wanted=$1 found code=0
    shift
    found=$("$program" run "$snitch" "$@") || code=$?
    [[ $code == 1 && $(grep -c '^  FAILS' <<<"$found") == 1 ]] && grep -q "^  FAILS   $wanted\$" <<<"$found"
}

for choice in primary random round_robin p2c least_outstanding; do
    holds "by $choice, the tail is the slow node's" \
        fails_only "99 of 100 reads end soon" --set cluster.replica_choice.by=$choice
done
holds "C3 does as well as the snitch" "$program" run "$snitch" --set cluster.replica_choice.by=c3
holds "who forgets nothing never asks it again" \
    fails_only "n3 does its part again when it is well" --set cluster.replica_choice.reset=0s
finish
