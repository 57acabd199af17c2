"""Reads the metrics by Python's csv module, and works the same numbers out from the trace: rates of
operations and of losses, latencies, messages in flight, nodes that are up."""
import csv
import json
import sys

rows = list(csv.DictReader(open(sys.argv[1], newline="", encoding="utf-8"), strict=True))
lines = [json.loads(line) for line in open(sys.argv[2], encoding="utf-8")]
scenario, records = json.loads(lines[0]["scenario"]), lines[1:-1]
OUTCOMES = {1: "ops_ok_per_s", 2: "ops_unavailable_per_s", 3: "ops_timeout_per_s"}


def nanoseconds(row):
    seconds, fraction = row["time_s"].split(".")
    return int(seconds) * 10**9 + int(fraction)


def outcome(record):
    return 3 if record["kind"] == "give_up" else record["fields"]["outcome"]


def percentile(values, part):
    values = sorted(values)
    return values[max(0, -(-len(values) * part // 100) - 1)]


def check_slot(row, begin, end):
    mine = [r for r in records if (begin < r["time_ns"] or begin == 0) and r["time_ns"] <= end]
    told = [r for r in mine if r["kind"] in ("told", "give_up")]
    for number, column in OUTCOMES.items():
        count = sum(outcome(r) == number for r in told)
        assert abs(float(row[column]) - count / ((end - begin) / 1e9)) <= 0.05001, (row, column)
    waited = [r["fields"]["waited" if r["kind"] == "give_up" else "latency"] for r in told]
    for part, column in ((50, "latency_p50_ms"), (99, "latency_p99_ms")):
        if not waited:
            assert row[column] == "", row
            continue
        want = percentile(waited, part) / 1e6
        assert abs(float(row[column]) - want) <= 0.03 * want + 1e-6, (row, column, want)


def check_moment(row, end):
    before = [r for r in records if r["time_ns"] <= end]
    kinds = [r["kind"] for r in before]
    flying = kinds.count("send") + kinds.count("duplicate") - kinds.count("arrive")
    assert int(row["messages_in_flight"]) == flying - kinds.count("drop"), row
    up = set()
    for record in before:
        if record["kind"] == "ready":
            up.add(record["actor"])
        if record["kind"] in ("crash", "refused", "log_gone"):
            up.discard(record["actor"])
    assert int(row["nodes_up"]) == len(up), (row, up)


begin = 0
for row in rows:
    end = nanoseconds(row)
    check_slot(row, begin, end)
    check_moment(row, end)
    begin = end
assert begin == lines[-1]["virtual_ns"], "the last row is not the end of the run"
assert sum(float(row["ops_ok_per_s"]) for row in rows) > 0
nodes = len({name.rsplit("_", 1)[1] for name in rows[0] if name.startswith("queue_")})
assert nodes == int(records[0]["fields"]["nodes"])
print(len(rows), "rows")
