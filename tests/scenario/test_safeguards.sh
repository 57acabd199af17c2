#!/usr/bin/env bash
# test_safeguards.sh: the simulator notices when any one safeguard is off.
#
# For each rule of src/db/safeguards.def there is a shipped scenario (for some, two) that holds with the rule and, with
# --set safeguards.RULE=false and nothing else changed, fails one named check; and the story of that
# check points (=>) at the step that broke the rule.
# shellcheck source-path=SCRIPTDIR source=../house/tap.sh
. "$(dirname "$0")/../house/tap.sh"

program=${RINGSIDE:-./ringside}

# safeguard | scenario | the check that must fail without it
table="
sync-before-acknowledge    | safeguard-sync-before-acknowledge    | the payment survives the power cut
checksum-on-recovery       | torn-log                             | no half of a record is taken for one
zero-tail                  | safeguard-zero-tail                  | nobody replays a write that nobody made
refuse-middle-corruption   | safeguard-refuse-middle-corruption   | nobody reads the past
checkpoint-before-truncate | safeguard-checkpoint-before-truncate | what was acknowledged is in the log or in a checkpoint
distinct-replicas          | safeguard-distinct-replicas          | an acknowledged write survives the loss of any one machine
tie-rule                   | safeguard-tie-rule                   | all replicas keep the same one of the two
newer-wins                 | safeguard-newer-wins                 | all replicas keep the newer one
monotonic-timestamps       | safeguard-monotonic-timestamps       | the second write is the one that stays
deduplicate-requests       | duplicates                           | no reader goes back in time
read-repair                | safeguard-read-repair                | nobody goes back in time
fence-old-topology         | safeguard-fence-old-topology         | nobody reads that it is still due
write-to-new-owners        | safeguard-write-to-new-owners        | nobody reads that it is still due
read-from-both-owners      | safeguard-read-from-both-owners      | nobody goes back in time
stream-from-quorum         | safeguard-stream-from-quorum         | nobody reads that it is still due
refuse-wiped-member        | safeguard-refuse-wiped-member        | nobody reads that it is still due
refuse-is-final            | safeguard-refuse-is-final            | what was refused is never read
count-replicas-once        | safeguard-count-replicas-once        | whoever asks all replicas sees the newest price
rack-aware                 | safeguard-rack-aware                 | the account can be paid without the rack
actor-epoch                | safeguard-actor-epoch                | no acknowledged put is lost
dot-per-value              | safeguard-dot-per-value              | no value stands beside one that had seen it
context-honoured           | safeguard-context-honoured           | no value stands beside one that had seen it
forward-once               | safeguard-forward-once               | every like counts once
merge-without-clock        | safeguard-merge-without-clock        | all replicas keep the newer one
hlc-hears                  | safeguard-hlc-hears                  | no acknowledged put is lost
durable-forget             | safeguard-durable-forget             | the account stays closed
tombstone-grace            | safeguard-tombstone-grace            | the note stays deleted
collect-when-repaired      | safeguard-collect-when-repaired      | the note stays deleted
absent-stay-out            | safeguard-absent-stay-out            | the note stays deleted
hint-before-count          | safeguard-hint-before-count          | the score survives the power cut
hint-forgotten-last        | safeguard-hint-forgotten-last        | all replicas are equal in the end
hint-keeps-timestamp       | safeguard-hint-keeps-timestamp       | the new cart survives the old delete
hint-expires               | safeguard-hint-expires               | the note stays deleted
hint-window-stands         | safeguard-hint-window-stands         | what is kept for one node has an end
hint-to-new-owners         | safeguard-hint-to-new-owners         | all owners are equal in the end
check-alive-first          | safeguard-check-alive-first          | what was refused is never read
gossip-quarantine          | safeguard-gossip-quarantine          | nobody brings the removed node back
suspicion-before-death     | safeguard-suspicion-before-death     | nobody is taken for dead
refute-suspicion           | safeguard-refute-suspicion           | nobody takes n3 for dead
local-health               | safeguard-local-health               | healthy nodes are left alone
generation-check           | safeguard-generation-check           | nobody takes the living n4 for dead
repair-merges              | safeguard-repair-merges              | ben buys at the new price
repair-durable             | safeguard-repair-durable             | the note stays deleted
refuse-gone-tombstone      | safeguard-refuse-gone-tombstone      | each owner lets the tombstone go once
digests-resolved           | safeguard-digests-resolved           | nobody reads that it is still due
visible-when-durable       | safeguard-visible-when-durable       | what was sold stays sold
message-checksum           | safeguard-message-checksum           | nobody reads what nobody wrote
refuse-for-all-copies      | safeguard-refuse-for-all-copies      | what was refused is never read
read-twice-before-cut      | safeguard-read-twice-before-cut      | nobody goes back in time
refuse-foreign-disk        | safeguard-refuse-foreign-disk        | what was written is there, or nobody says otherwise
newer-wins                 | late-twice-damaged                   | the late write comes last, and changes nothing
deduplicate-requests       | late-twice-damaged                   | no overwritten value comes back
"

# story CHECK: of the report in $scratch/report, the lines of this failed check.
story() {
    awk -v head="  FAILS   $1" '
        index($0, head) == 1 { inside = 1; print; next }
        inside && !/^          / { exit }
        inside { print }' "$scratch/report"
}

# run_both SAFEGUARD SCENARIO CHECK
run_both() {
    local safeguard=$1 file=scenarios/$2.json check=$3 status=0
    holds "with $safeguard, $2 holds" "$program" run "$file"
    "$program" run "$file" --set "safeguards.$safeguard=false" >"$scratch/report" 2>&1 || status=$?
    if [[ $status -eq 1 ]]; then
        ok "without $safeguard, the exit code is 1"
    else
        not_ok "without $safeguard, the exit code is 1" <<<"it is $status"
    fi
    story "$check" >"$scratch/story"
    if [[ -s $scratch/story ]]; then
        ok "without $safeguard, the check \"$check\" fails"
    else
        not_ok "without $safeguard, the check \"$check\" fails" <"$scratch/report"
    fi
    if grep -qE "^ +=> .* breaks the rule $safeguard here" "$scratch/story"; then
        ok "without $safeguard, its story points at the step that broke the rule"
    else
        not_ok "without $safeguard, its story points at the step that broke the rule" <"$scratch/story"
    fi
}

trim() { sed -E 's/^ +| +$//g' <<<"$1"; }

while IFS='|' read -r safeguard scenario check; do
    [[ -z $safeguard ]] || run_both "$(trim "$safeguard")" "$(trim "$scenario")" "$(trim "$check")"
done <<<"$table"

known=$("$program" safeguards | grep -v '^ ' | sort)
shown=$(grep '|' <<<"$table" | cut -d'|' -f1 | tr -d ' ' | sort -u)
if [[ $known == "$shown" ]]; then
    ok "every safeguard has its scenario"
else
    diff <(echo "$known") <(echo "$shown") | not_ok "every safeguard has its scenario"
fi
finish
