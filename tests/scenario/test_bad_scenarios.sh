#!/usr/bin/env bash
# test_bad_scenarios.sh: every mistake in a scenario is answered with one sentence, and with this one.
#
# Beside each bad/NAME.json stands bad/NAME.expected: what `ringside run NAME.json` says on standard
# error. It says nothing else, writes nothing on standard output, and exits with 2. After changing a
# sentence on purpose: `tests/scenario/test_bad_scenarios.sh --update`, and read the difference.
# shellcheck source-path=SCRIPTDIR source=../house/tap.sh
. "$(dirname "$0")/../house/tap.sh"

program=$(realpath "${RINGSIDE:-./ringside}")
cd tests/scenario/bad

# answer FILE: leaves the three things that a user gets in $scratch.
answer() {
    status=0
    "$program" run "$1" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
}

if [[ ${1:-} == --update ]]; then
    for file in *.json; do
        answer "$file"
        cp "$scratch/err" "${file%.json}.expected"
    done
    exit
fi

for file in *.json; do
    name=${file%.json}
    answer "$file"
    if [[ $status -ne 2 ]]; then
        not_ok "$name is refused with exit code 2" <<<"the exit code is $status: $(head -n 3 "$scratch/err")"
    elif [[ -s $scratch/out ]]; then
        not_ok "$name leaves standard output alone" <"$scratch/out"
    elif [[ $(wc -l <"$scratch/err") -ne 1 ]]; then
        not_ok "$name is answered with one line" <"$scratch/err"
    elif cmp -s "$scratch/err" "$name.expected"; then
        ok "$name"
    else
        diff "$name.expected" "$scratch/err" | not_ok "$name is answered with the expected sentence"
    fi
done
if ((tap_count >= 60)); then ok "there are at least 60 of them"; else not_ok "there are at least 60 of them" <<<"$tap_count"; fi
finish
