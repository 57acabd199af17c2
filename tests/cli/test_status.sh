#!/usr/bin/env bash
# test_status.sh: ringside status says who is a member, how far a change is, and who keeps what.
# shellcheck source-path=SCRIPTDIR source=../house/tap.sh
. "$(dirname "$0")/../house/tap.sh"

ringside=${RINGSIDE:-./ringside}
joins=scenarios/safeguard-stream-from-quorum.json # n5 joins four members at 2 s

# equal SENTENCE WANTED FOUND
equal() {
    if [[ $2 == "$3" ]]; then ok "$1"; else printf 'wanted %s\nfound  %s\n' "$2" "$3" | not_ok "$1"; fi
}

# line N OPTIONS...: of the table.
line() {
    local number=$1
    shift
    "$ringside" status "$joins" "$@" | sed -n "${number}p"
}

# column NAME OPTIONS...: of the CSV, the values of all nodes in a row.
column() {
    local name=$1
    shift
    "$ringside" status --format csv "$@" | tr -d '\r' | awk -F, -v name="$name" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next }
        { printf "%s%s", sep, $at; sep = " " }'
}

# mistake SENTENCE WORDS OPTIONS...: it says that and nothing else, and exits with 2.
mistake() {
    local sentence=$1 wanted=$2 found code=0
    shift 2
    found=$("$ringside" status "$@" 2>&1) || code=$?
    equal "$sentence" "ringside: $wanted 2" "$found $code"
}

# --- a change, phase by phase
equal "before the change" "topology 1: normal" "$(line 2 --at 2.1s)"
equal "while data streams" "topology 2: write both, read old; n5 joins since 2.206180 s" "$(line 2 --at 2.4s)"
equal "the driver, and what it waits for" "driven by n1, which waits for n5 to have all that it gains" "$(line 3 --at 2.4s)"
equal "reads go by the new owners" "topology 3: write both, read new; n5 joins since 2.206180 s" "$(line 2 --at 2.5s)"
holds "after the change" bash -c "'$ringside' status '$joins' | grep -qx 'topology 4: normal; n5 joined at 2\.6[0-9]* s'"
equal "the members while n5 joins" "member member member member joining" "$(column member "$joins" --at 2.4s)"
equal "a condition stops at the first piece" "joining" "$(column member "$joins" --until 'n5.stream_chunk == 1' --node n5)"
holds "a condition that never comes true is told, with 1" bash -c "
    '$ringside' status '$joins' --until 'n5.stream_chunk == 1000' >/dev/null 2>'$scratch/said'
    [[ \$? == 1 ]] && grep -q 'never came true' '$scratch/said'"

# --- shares
for at in 1s 2.4s 2.5s 8s; do
    sum=$(($(column owns_ppm "$joins" --at $at | tr ' ' '+')))
    holds "what all own at $at is three times everything" [ $((3000000 - sum)) -lt 10 ]
done
equal "what will be owned is what is owned when it is over" \
    "$(column owns_after_ppm "$joins" --at 2.4s)" "$(column owns_ppm "$joins")"

# --- ranges and load
equal "ranges that each keeps a copy of: three times 23" "11 12 13 12 11 10" \
    "$(column ranges scenarios/hot-end.json --at 30s)"
equal "rows of the largest of them" "232 324 324 324 232 232" \
    "$(column range_rows_most scenarios/hot-end.json --at 30s)"
equal "no ranges where placement is by hash" "  " "$(column ranges scenarios/load-shedding.json)"
equal "how many requests each has refused" "1545 1558 1484" \
    "$(column shed scenarios/load-shedding.json --at 3s)"
equal "reads asked of others" "28 31 2" "$(column outstanding scenarios/load-shedding.json --at 3s)"
equal "so many may wait" "50 50 50" \
    "$(column queue_bound scenarios/load-shedding.json --at 1s --set cluster.cpu.queue=50)"

# --- as one node sees it
holds "a node says what it knows" bash -c "'$ringside' status '$joins' --from n2 | head -1 | grep -q 'as n2 sees it'"
equal "... and nothing of another one's memory" " 1   " "$(column keys "$joins" --at 2s --from n2)"
mistake "who is down sees nothing" "n2 sees nothing at that moment: it is not running, or has not recovered yet" \
    scenarios/standard.json --at 12.5s --from n2
equal "suspicion is local: all others suspect n2" "n1 n3 n4 n5" \
    "$(column suspected_by scenarios/standard.json --at 12.5s --node n2)"

# --- what nodes think of each other
equal "four take n2 for down, and each other for up" "3 0 3 3 3 / 0 4 0 0 0" \
    "$(column up_for scenarios/standard.json --at 12.5s) / $(column down_for scenarios/standard.json --at 12.5s)"
equal "all seven others suspect the slow node" "0 0 0 0 0 0 0 7" \
    "$(column suspected_for scenarios/safeguard-local-health.json --at 60s)"
equal "... which alone doubts itself" "0 0 0 0 0 0 0 6" \
    "$(column health scenarios/safeguard-local-health.json --at 60s)"
equal "the largest phi of each" "245 332 1437 1618" "$(column phi_milli scenarios/phi-jitter.json --at 2.5s)"
equal "without a detector nobody thinks anything" "  " \
    "$(column up_for scenarios/slow-node.json --set cluster.heartbeat=0s --at 2s)"

# --- replicas
hints=scenarios/hinted-handoff.json # n3 is down from 5 s on
equal "writes that wait for a node, where they wait" "15 13  11 10" "$(column hints $hints --at 24s)"
equal "... and for whom" "n3 n3  n3 n3" "$(column hints_for $hints --at 24s)"
holds "keys that differ are told above the tables" bash -c "
    '$ringside' status scenarios/repair.json --at 9s | sed -n 3p | grep -qx '36 keys differ between running replicas'"
equal "... and of each node's ranges" "36 36 36" "$(column keys_differing scenarios/repair.json --at 9s)"
equal "after a repair no key differs" "  " "$(column keys_differing scenarios/repair.json --at 12s)"

# --- forms
holds "the table is at most 80 columns wide" bash -c "
    ! '$ringside' status '$joins' --at 2.4s | grep -q '.\{81\}'"
holds "the JSON is JSON, with a row for each node" bash -c "'$ringside' status '$joins' --at 2.4s --format json |
    python3 -c 'import json, sys; s = json.load(sys.stdin); assert len(s[\"nodes\"]) == 5; assert s[\"topology\"][\"missing\"] == [\"n5\"]'"
mistake "an unknown node gets the nearest one" 'the scenario has no node "m5"; did you mean "n5"?' "$joins" --node m5
mistake "an unknown format" '--format is table, json or csv, not "yaml"' "$joins" --format yaml
mistake "two moments" 'status takes --at or --until, not both' "$joins" --at 1s --until 2s
finish
