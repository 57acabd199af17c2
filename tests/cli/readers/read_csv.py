"""Reads the counts by Python's csv module and compares their sums with the JSON report."""
import csv
import json
import sys

rows = list(csv.DictReader(open(sys.argv[1], newline="", encoding="utf-8"), strict=True))
records = [json.loads(line) for line in open(sys.argv[2], encoding="utf-8")]
kinds = [record.get("kind") for record in records]
for column, kind in (("invoked", "invoke"), ("sent", "send"), ("arrived", "arrive"),
                     ("dropped", "drop")):
    total = sum(int(row[column]) for row in rows)
    assert total == kinds.count(kind), (column, total, kinds.count(kind))
times = [float(row["time_s"]) for row in rows]
assert times == sorted(set(times)) and len(times) > 3
print(len(rows), "rows")
