"""Opens many pages, one after the other, in one headless Chromium: every record of each has the
sentence, step, time, cause and kind that the trace of the same run has.

    read_sentences.py FOLDER        FOLDER/NAME.html and FOLDER/NAME.jsonl
"""
import json
import pathlib
import sys

from browser import Browser

KEYS = ("number", "step", "time_ns", "cause", "kind", "text")
pages = sorted(pathlib.Path(sys.argv[1]).glob("*.html"))
total = 0
with Browser() as chromium:
    for page in pages:
        lines = page.with_suffix(".jsonl").read_text("utf-8").splitlines()
        records = [json.loads(line) for line in lines[1:-1]]
        chromium.open(page)
        read = chromium.ask("""const { run, sentenceOf } = ringside;
            return Array.from({ length: run.count }, (_, i) => [run.first + i, run.step[i],
                run.time[i], run.cause[i] < 0 ? 0 : run.first + run.cause[i],
                run.kinds[run.kind[i]].name, sentenceOf(i)])""")
        assert len(read) == len(records), (page.name, len(read), len(records))
        for got, record in zip(read, records):
            assert got == [record[key] for key in KEYS], (page.name, got, record)
        assert not chromium.errors()
        total += len(records)
assert len(pages) > 10
print(total, "records of", len(pages), "runs")
