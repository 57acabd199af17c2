"""Reads the rows of records by Python's csv module: each is the record of the trace, field by field."""
import csv
import json
import sys

rows = list(csv.DictReader(open(sys.argv[1], newline="", encoding="utf-8"), strict=True))
records = [json.loads(line) for line in open(sys.argv[2], encoding="utf-8")][1:-1]
assert len(rows) == len(records)
for row, record in zip(rows, records):
    seconds, fraction = row["time_s"].split(".")
    got = (int(row["number"]), int(row["step"]), int(seconds) * 10**9 + int(fraction),
           int(row["cause"] or 0), row["kind"], row["about"], row["sentence"])
    want = (record["number"], record["step"], record["time_ns"], record["cause"], record["kind"],
            record.get("about", ""), record["text"])
    assert got == want, (got, want)
    assert row["actor"] == record["actor"] or record["actor"] in ("the world", "all"), row
print(len(rows), "rows")
