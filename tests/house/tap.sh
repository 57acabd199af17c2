# shellcheck shell=bash
# tap.sh: what the tests of the gates share. Sourced, never run.
#
# A gate that cannot fail proves nothing. So each test of a gate first lets it judge the real tree,
# then copies the tree, breaks one rule in the copy, and expects the gate to refuse it by name.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tap_count=0
tap_failed=0

ok() {
    tap_count=$((tap_count + 1))
    echo "ok $tap_count - $*"
}

not_ok() { # SENTENCE, and what there is to say on standard input
    tap_count=$((tap_count + 1))
    tap_failed=$((tap_failed + 1))
    echo "not ok $tap_count - $*"
    sed 's/^/# /'
}

skip() { # WHY
    tap_count=$((tap_count + 1))
    echo "ok $tap_count # SKIP $*"
}

# holds SENTENCE COMMAND...: the command succeeds.
holds() {
    local sentence=$1 said
    shift
    if said=$("$@" 2>&1); then ok "$sentence"; else not_ok "$sentence" <<<"$said"; fi
}

# refuses SENTENCE WORDS COMMAND...: the command fails and one line of what it says has all WORDS (a
# regular expression).
refuses() {
    local sentence=$1 words=$2 said
    shift 2
    if said=$("$@" 2>&1); then
        not_ok "$sentence" <<<"it was accepted: $said"
    elif grep -qE "$words" <<<"$said"; then
        ok "$sentence"
    else
        not_ok "$sentence" <<<"no line has '$words': $said"
    fi
}

finish() {
    echo "1..$tap_count"
    [[ $tap_failed -eq 0 ]]
}
