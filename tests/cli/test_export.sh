#!/usr/bin/env bash
# test_export.sh: each export is read back by a reader that did not write it: Graphviz by its own
# program, the others by small independent parsers in tests/cli/readers.
# shellcheck source=tests/house/tap.sh
source "$(dirname "$0")/../house/tap.sh"
ringside=${RINGSIDE:-./ringside}
python=${PYTHON:-python3}
scenario=scenarios/partition-heal.json
readers=tests/cli/readers

for format in shiviz perfetto mermaid dot csv-counts; do
    holds "$format is written" "$ringside" export $scenario --format $format --out "$scratch/$format"
    "$ringside" export $scenario --format $format >"$scratch/again"
    holds "$format is the same bytes again, and on standard output" cmp "$scratch/$format" "$scratch/again"
done
"$ringside" run $scenario --trace "$scratch/trace.jsonl" >/dev/null
holds "ShiViz's default pattern reads every event, and its clocks are true" \
    "$python" $readers/read_shiviz.py "$scratch/shiviz"
holds "every message in the trace events is a flow from slice to slice" \
    "$python" $readers/read_trace.py "$scratch/perfetto"
holds "the Mermaid text keeps to its grammar" "$python" $readers/read_mermaid.py "$scratch/mermaid"
holds "the CSV adds up to what the trace has" "$python" $readers/read_csv.py "$scratch/csv-counts" "$scratch/trace.jsonl"
if command -v dot >/dev/null; then
    holds "Graphviz draws the ring" dot -Tsvg "$scratch/dot" -o "$scratch/ring.svg"
else
    skip "Graphviz is not here"
fi
refuses "a misspelt format names the nearest" 'did you mean "shiviz"' "$ringside" export $scenario --format shivis
refuses "a format is needed" 'there are html, shiviz, perfetto' "$ringside" export $scenario
refuses "a row of no width is refused" 'above 0' "$ringside" export $scenario --format csv-counts --every 0s
refuses "a folder that is not there is told" 'cannot write' \
    "$ringside" export $scenario --format csv-counts --out "$scratch/no/where.csv"
holds "and leaves nothing behind" test ! -e "$scratch/no"
finish
