#!/usr/bin/env bash
# test_ring.sh: ringside ring says who keeps what, and sums that add up.
# shellcheck source-path=SCRIPTDIR source=../house/tap.sh
. "$(dirname "$0")/../house/tap.sh"

ringside=${RINGSIDE:-./ringside}

# equal SENTENCE WANTED FOUND
equal() {
    if [[ $2 == "$3" ]]; then ok "$1"; else printf 'wanted %s\nfound  %s\n' "$2" "$3" | not_ok "$1"; fi
}

# sum FIELD OPTIONS...: of a column of the CSV, to six decimals.
sum() {
    local field=$1
    shift
    "$ringside" ring --format csv "$@" | awk -F, -v field="$field" 'NR > 1 { s += $field } END { printf "%.6f", s }'
}

for strategy in tokens partitions equal ranges jump rendezvous maglev bounded multi-probe; do
    equal "$strategy: the shares of first owners are the whole" 1.000000 "$(sum 3 --strategy "$strategy")"
    equal "$strategy: the shares of all owners are the whole" 1.000000 "$(sum 4 --strategy "$strategy")"
done
equal "equal partitions differ by one" "25 26" "$("$ringside" ring --nodes 10 --strategy equal --format csv |
    awk -F, 'NR > 1 { print $2 }' | sort -nu | tr '\n' ' ' | sed 's/ $//')"
holds "what joins and leaves move is told" bash -c "'$ringside' ring | grep -q 'when n5 leaves'"
holds "a scenario's own ring is shown" bash -c "'$ringside' ring scenarios/standard.json | grep -q '5 members, 3 copies'"
equal "an unknown strategy gets one sentence and 2" \
    'ringside: there is no strategy "tokenz"; did you mean "tokens"? (ringside ring --help lists them) 2' \
    "$("$ringside" ring --strategy tokenz 2>&1) $("$ringside" ring --strategy tokenz 2>/dev/null; echo $?)"
equal "one new rack of one node gets a copy of everything (CASSANDRA-3810)" "100.000 %" \
    "$("$ringside" ring --nodes 6 --racks a,b,a,b,a,b,c | sed -n 's/.*then has a copy of \(.*\) of all keys/\1/p')"
equal "with three racks none is needed for a quorum" "0.000 %" \
    "$("$ringside" ring --nodes 9 --racks 3 | sed -n 's/.*rack fails, \(.*\) of all keys.*/\1/p')"
equal "for hashes there is a line each" 6 "$("$ringside" ring --hashes --keys 10000 | grep -c ' sd .*%')"
equal "two of three nodes always share a key" "1.0000" \
    "$("$ringside" ring --nodes 3 | sed -n 's/.*with probability //p')"
equal "a list of racks that ends begins again: n5 stands in a, and who joins in b" "n5 a b," \
    "$("$ringside" ring --nodes 5 --racks a,b | awk '$1 == "n5" { node = $1 " " $NF } /when a node joins rack/ { print node, $6 }')"
equal "a list of racks that is too long gets one sentence and 2" \
    'ringside: --racks: 4 racks are listed, for 2 nodes and one that joins 2' \
    "$("$ringside" ring --nodes 2 --replication 2 --racks a,b,c,d 2>&1) $("$ringside" ring --nodes 2 --replication 2 --racks a,b,c,d 2>/dev/null; echo $?)"
equal "too many racks get one sentence and 2" 'ringside: --racks: expected 1 to 5 racks, found 9 2' \
    "$("$ringside" ring --racks 9 2>&1) $("$ringside" ring --racks 9 2>/dev/null; echo $?)"
holds "the picture is an SVG" bash -c "'$ringside' ring --format svg | grep -q '</svg>'"
finish
