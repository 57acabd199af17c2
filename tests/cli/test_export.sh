#!/usr/bin/env bash
# test_export.sh: each export is read back by a reader that did not write it: Graphviz and Mermaid by
# their own programs, the others by small independent parsers in tests/cli/readers. (The page is read
# in test_page.sh, films in test_film.sh.)
# shellcheck source=tests/house/tap.sh
source "$(dirname "$0")/../house/tap.sh"
ringside=${RINGSIDE:-./ringside}
python=${PYTHON:-python3}
scenario=scenarios/partition-heal.json
readers=tests/cli/readers
mermaid_version=11.4.1

for format in html shiviz perfetto mermaid dot csv csv-counts csv-records png svg apng; do
    set -- --format $format --length 400ms --at 1s --size 640x360
    holds "$format is written" "$ringside" export $scenario "$@" --out "$scratch/$format"
    "$ringside" export $scenario "$@" >"$scratch/again"
    holds "$format is the same bytes again, and on standard output" cmp "$scratch/$format" "$scratch/again"
done
"$ringside" run $scenario --trace "$scratch/trace.jsonl" >/dev/null

# reads SENTENCE READER FORMAT
reads() { holds "$1" "$python" "$readers/$2.py" "$scratch/$3" "$scratch/trace.jsonl"; }
reads "ShiViz's default pattern reads every event, and its clocks are true" read_shiviz shiviz
reads "the trace events are valid, and every message is a flow from slice to slice" read_trace perfetto
reads "the Mermaid text keeps to its grammar" read_mermaid mermaid
reads "the metrics are what the trace says" read_metrics csv
reads "the counts add up to what the trace has" read_csv csv-counts
reads "the rows are the records" read_records csv-records

# The same for a run in which nodes crash, clocks differ and messages are lost and doubled.
for other in quorum-crash duplicates skewed-clock; do
    "$ringside" run scenarios/$other.json --trace "$scratch/other.jsonl" >/dev/null
    for pair in shiviz:shiviz perfetto:trace csv:metrics csv-records:records mermaid:mermaid; do
        "$ringside" export scenarios/$other.json --format "${pair%:*}" --out "$scratch/other"
        holds "$other as ${pair%:*} is read back" \
            "$python" "$readers/read_${pair#*:}.py" "$scratch/other" "$scratch/other.jsonl"
    done
done

if command -v dot >/dev/null; then
    dot -Tjson "$scratch/dot" -o "$scratch/ring.json" || true
    reads "Graphviz reads one ring of all tokens" read_dot ring.json
else
    skip "Graphviz is not here"
fi

# Mermaid's own program, from the npm registry into the build folder.
mermaid=build/mermaid-$mermaid_version/package/dist/mermaid.min.js
if [[ ! -e $mermaid ]] && command -v npm >/dev/null; then
    mkdir -p "build/mermaid-$mermaid_version"
    (cd "build/mermaid-$mermaid_version" && npm pack --silent "mermaid@$mermaid_version" >/dev/null 2>&1 &&
        tar -xzf ./*.tgz package/dist/mermaid.min.js && rm -f ./*.tgz) || true
fi
if [[ -e $mermaid ]] && command -v chromedriver >/dev/null && command -v chromium >/dev/null; then
    "$ringside" export scenarios/quorum-crash.json --format mermaid --from 900ms --to 1100ms --out "$scratch/short"
    holds "Mermaid itself draws the messages and notes" "$python" $readers/run_mermaid.py $mermaid "$scratch/short"
    holds "Mermaid itself draws a whole short run" "$python" $readers/run_mermaid.py $mermaid "$scratch/mermaid"
    sed 's/"alice"/"end"/' scenarios/first-steps.json >"$scratch/end.json"
    "$ringside" export "$scratch/end.json" --format mermaid --out "$scratch/end"
    holds "even when somebody is called end" "$python" $readers/run_mermaid.py $mermaid "$scratch/end"
else
    skip "Mermaid, or a browser to run it in, is not here"
fi

# By hand, at the window: the page, an image, and a film that is called off.
cat >"$scratch/hands.txt" <<'EOS'
key Ctrl+E
expect text "> first-steps.html_"
key Enter
wait 1s
expect said "wrote first-steps.html"
key F12
expect said "saved as first-steps.png"
key Ctrl+E Backspace Backspace Backspace Backspace
type apng
key Enter
expect text "From which moment to which"
key Enter
wait 0.1s
expect said "Esc stops it"
key Escape
expect said "nothing was written"
EOS
here=$(realpath "$ringside")
there=$(realpath scenarios/first-steps.json)
holds "Ctrl+E and F12 at the window write what they say" env -C "$scratch" RINGSIDE_FONT=builtin \
    "$here" play "$there" --size 1280x720 --no-settings --ui-script hands.txt
"$ringside" export scenarios/first-steps.json --out "$scratch/command.html"
holds "the page of the window is that of the command" cmp "$scratch/first-steps.html" "$scratch/command.html"
holds "a film that was called off leaves nothing" test -z "$(find "$scratch" -name '*-2*' -o -name '*.part')"

refuses "a misspelt format names the nearest" 'did you mean "shiviz"' "$ringside" export $scenario --format shivis
refuses "a format is needed" 'there are html, shiviz, perfetto' "$ringside" export $scenario
refuses "a row of no width is refused" 'above 0' "$ringside" export $scenario --format csv --every 0s
refuses "rows without end are refused" 'rows' "$ringside" export $scenario --format csv --every 1ns
refuses "a folder that is not there is told" 'cannot write' \
    "$ringside" export $scenario --format csv --out "$scratch/no/where.csv"
holds "and leaves nothing behind" test ! -e "$scratch/no"
cp "$scratch/csv" "$scratch/kept.csv"
refuses "what goes wrong with --to before --from is told" 'before' \
    "$ringside" export $scenario --from 2s --to 1s --out "$scratch/kept.csv"
holds "and the file that was there stays" cmp "$scratch/csv" "$scratch/kept.csv"
holds "the ending of a file chooses its format" "$ringside" export $scenario --out "$scratch/run.records.csv"
holds "the longest ending that fits" cmp "$scratch/csv-records" "$scratch/run.records.csv"
finish
