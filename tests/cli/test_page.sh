#!/usr/bin/env bash
# test_page.sh: the page of ringside export --format html, opened in a real browser from its file.
# What it shows is compared with the trace of the same run: see readers/read_page.py.
# shellcheck source=tests/house/tap.sh
source "$(dirname "$0")/../house/tap.sh"
ringside=${RINGSIDE:-./ringside}
python=${PYTHON:-python3}

for tool in chromium chromedriver "$python"; do
    command -v "$tool" >/dev/null || { skip "$tool is not here" && finish && exit 0; }
done

plays() { # SENTENCE SCENARIO OPTION...
    local sentence=$1 scenario=scenarios/$2.json
    shift 2
    "$ringside" run "$scenario" "$@" --trace "$scratch/trace.jsonl" >"$scratch/report" || true
    "$ringside" export "$scenario" "$@" --out "$scratch/page.html"
    holds "$sentence" "$python" tests/cli/readers/read_page.py "$scratch/page.html" "$scratch/trace.jsonl" \
        "$scratch/report"
}

plays "a crash and its recovery play in the page as they ran" quorum-crash
plays "a write that was lost, with the rule that was broken" safeguard-sync-before-acknowledge \
    --set safeguards.sync-before-acknowledge=false
plays "another seed, clocks that differ" skewed-clock --seed 7
plays "140,000 records" saturation
plays "operations that were given up, nodes that are slow" slow-node
"$ringside" run scenarios/standard.json --trace "$scratch/trace.jsonl" >"$scratch/report" || true
"$ringside" export scenarios/standard.json --from 12s --to 21s --out "$scratch/page.html"
holds "a part of a run" "$python" tests/cli/readers/read_page.py "$scratch/page.html" \
    "$scratch/trace.jsonl" "$scratch/report" 12000000000 21000000000

mkdir "$scratch/all"
for scenario in scenarios/*.json tests/viz/why/*.json; do
    name=$(basename "$scenario" .json)
    case $name in scenario.schema | saturation | demo) continue ;; esac
    "$ringside" run "$scenario" --trace "$scratch/all/$name.jsonl" >/dev/null || true
    "$ringside" export "$scenario" --out "$scratch/all/$name.html"
done
holds "every sentence of every scenario" "$python" tests/cli/readers/read_sentences.py "$scratch/all"
finish
