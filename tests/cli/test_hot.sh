#!/usr/bin/env bash
# test_hot.sh: ringside hot says which keys, nodes and ranges are asked for most.
# shellcheck source-path=SCRIPTDIR source=../house/tap.sh
. "$(dirname "$0")/../house/tap.sh"

ringside=${RINGSIDE:-./ringside}
hot=scenarios/hot-key.json # three in five reads are for k1
end=scenarios/hot-end.json # keys in their order: who writes, writes at the end

# equal SENTENCE WANTED FOUND
equal() {
    if [[ $2 == "$3" ]]; then ok "$1"; else printf 'wanted %s\nfound  %s\n' "$2" "$3" | not_ok "$1"; fi
}

# of EXPRESSION OPTIONS...: a value of the JSON, by Python.
of() {
    local expression=$1
    shift
    "$ringside" hot "$@" --json | python3 -c "import json, sys; hot = json.load(sys.stdin); print($expression)"
}

# mistake SENTENCE WORDS OPTIONS...: it says that and nothing else, and exits with 2.
mistake() {
    local sentence=$1 wanted=$2 found code=0
    shift 2
    found=$("$ringside" hot "$@" 2>&1) || code=$?
    equal "$sentence" "ringside: $wanted 2" "$found $code"
}

# --- keys
equal "the hottest key, how often, at most how much too often, and its share" \
    "k1 7758 0 0 0 61.5 % n4 n9 n6" \
    "$("$ringside" hot "$hot" --at 2s --top 1 | sed -n 5p | tr -s ' ')"
equal "few keys at a node are counted exactly" "0" \
    "$(of 'sum(k["reads_error"] + k["writes_error"] for k in hot["keys"])' "$hot" --at 2s --top 30)"
equal "a node's list is its own" "k2" "$(of 'hot["keys"][0]["key"]' "$hot" --at 2s --node n2)"
equal "what nodes were asked for adds up" "True" \
    "$(of 'sum(n["reads"] + n["writes"] for n in hot["nodes"]) == hot["replica_reads"] + hot["replica_writes"]' "$end")"
equal "a read of ONE counts at one replica, and what was asked is what clients have begun" "True" \
    "$(of '0 <= hot["reads"] - hot["replica_reads"] < 20' "$hot" --at 2s --last 2s)"
holds "where no key is hot, that is said" bash -c "
    '$ringside' hot '$end' | grep -qx 'no key stands out: none had certainly more than 1 of 64'"

# --- ranges
equal "the range of the hot key has its owners" "['n4', 'n9', 'n6']" \
    "$(of 'hot["ranges"][0]["owners"]' "$hot" --at 2s --top 1)"
equal "operations of the last second" "6672" "$(of 'hot["reads"] + hot["writes"]' "$hot" --at 2s)"
equal "... and of the last tenth of one" "True" \
    "$(of '600 < hot["reads"] < 730 and hot["span_ns"] == 100000000' "$hot" --at 2s --last 100ms)"
equal "all ranges together have all operations" "True" \
    "$(of 'sum(r["reads"] + r["writes"] for r in hot["ranges"]) == hot["reads"] + hot["writes"]' "$hot" --at 2s --top 100)"
holds "where clients have stopped, that is said" bash -c "
    '$ringside' hot '$hot' --at 4s | grep -qx 'no client has begun anything in the last 1 s: --at, or a longer --last'"

# --- bad input
mistake "an unknown node gets the nearest one" 'the scenario has no node "m5"; did you mean "n5"?' "$hot" --node m5
mistake "a list of nothing" '--top: expected a number from 1 to 100000, found "0"' "$hot" --top 0
mistake "a window of nothing" '--last 0s: expected a time above 0' "$hot" --last 0s
mistake "two moments" 'hot takes --at or --until, not both' "$hot" --at 1s --until 2s
mistake "no file" 'hot needs a scenario: a file, or the name of one that came with Ringside; ringside hot --help'
holds "a condition that never comes true is told, with 1" bash -c "
    '$ringside' hot '$hot' --until 'n5.crash > 3' >/dev/null 2>'$scratch/said'
    [[ \$? == 1 ]] && grep -q 'never came true' '$scratch/said'"
finish
