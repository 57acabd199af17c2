#!/usr/bin/env python3
"""test_metrics.py: what `ringside metrics` says, worked out once more from the trace; and its formats.

The trace is read as JSON Lines and counted here with nothing of ours: operations by kind and
outcome, messages and bytes by kind and by link, losses by reason, log records, false suspicions,
exact percentiles. With --update the page of the docs is written anew."""
import collections
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys

RINGSIDE = os.environ.get("RINGSIDE", "./ringside")
PAGE = "docs/cluster/metrics.md"
BEGIN, END = "<!-- made by ringside metrics --page -->\n", "<!-- end of what is made -->\n"
STORMY = "scenarios/demo.json"
results = []


def say(*arguments, code=0):
    made = subprocess.run([RINGSIDE, *arguments], capture_output=True, text=True)
    assert made.returncode == code, (arguments, made.returncode, made.stderr)
    return made.stdout if code != 2 else made.stderr


def metrics(*arguments):
    document = json.loads(say("metrics", *arguments, "--format", "json"))
    return {m["name"]: m for m in document["metrics"]}


def trace(*arguments):
    made = subprocess.run([RINGSIDE, "run", *arguments, "--trace", "-"], capture_output=True, text=True)
    return [json.loads(line) for line in made.stdout.splitlines()[1:-1]]


def rows(metric, *labels):
    """value by the given labels, added up over all others"""
    found = collections.Counter()
    for row in metric["rows"]:
        found[tuple(row.get(label) for label in labels)] += row.get("value", row.get("count"))
    return {key if len(key) > 1 else key[0]: value for key, value in found.items() if value}


def test(function):
    try:
        function()
        results.append((True, function.__doc__, ""))
    except AssertionError as error:
        results.append((False, function.__doc__, repr(error)[:600]))
    return function


records = trace(STORMY)
said = metrics(STORMY)
of_kind = collections.defaultdict(list)
for record in records:
    of_kind[record["kind"]].append(record)
NODES = ["n1", "n2", "n3", "n4", "n5"]


@test
def operations():
    """operations by outcome and by kind are those that the trace tells of"""
    kinds = {r["about"]: r["text"] for r in of_kind["invoke"]}
    told = collections.Counter({1: 0, 2: 0, 3: 0})
    by_kind = collections.Counter()
    for record in of_kind["told"] + of_kind["give_up"]:
        outcome = 3 if record["kind"] == "give_up" else record["fields"]["outcome"]
        told[outcome] += 1
        word = re.search(r" (get|put|delete) ", kinds[record["about"]]).group(1)
        by_kind[word, outcome] += 1
    for outcome, name in ((1, "ok"), (2, "unavailable"), (3, "timeout")):
        metric = said[f"ringside_operations_{name}_total"]
        assert metric["value"] == told[outcome] > 0, (name, metric["value"], told)
        want = {kind: n for (kind, o), n in by_kind.items() if o == outcome}
        assert rows(metric, "kind") == want, (rows(metric, "kind"), want)
    assert said["ringside_operations_begun_total"]["value"] == len(of_kind["invoke"])


@test
def latencies():
    """percentiles are at most a 64th above the exact ones of the sorted latencies"""
    waits = sorted(r["fields"].get("latency", r["fields"].get("waited"))
                   for r in of_kind["told"] + of_kind["give_up"])
    metric = said["ringside_operation_latency_seconds"]
    assert metric["count"] == len(waits) and metric["sum"] == sum(waits)
    assert metric["max"] == waits[-1]
    for name, part in (("p50", 500), ("p90", 900), ("p99", 990), ("p999", 999)):
        exact = waits[-(-len(waits) * part // 1000) - 1]
        assert exact <= metric[name] <= exact + exact / 64, (name, exact, metric[name])


@test
def messages():
    """messages and bytes by kind, by sender and by link are those that were sent"""
    senders, links, size = collections.Counter(), collections.Counter(), collections.Counter()
    for record in of_kind["send"]:
        words = re.match(r"(\S+) sends (\S+) to (\S+) ", record["text"])
        sender = words.group(1)
        senders[sender if sender in NODES else "clients"] += 1
        links[sender, words.group(3)] += 1
        size[words.group(2)] += record["fields"]["bytes"]
    assert rows(said["ringside_messages_sent_total"], "node") == senders
    assert rows(said["ringside_link_messages_total"], "from", "to") == links
    assert rows(said["ringside_sent_bytes_total"], "message") == size
    assert said["ringside_sent_bytes_total"]["value"] == sum(size.values())
    assert said["ringside_messages_lost_total"]["value"] == len(of_kind["drop"]) > 0


@test
def nodes():
    """log records, bytes, repairs and lives of each node are those of its records"""
    for kind, name, field in (("log_append", "ringside_log_records_total", None),
                              ("log_append", "ringside_log_written_bytes_total", "bytes"),
                              ("apply", "ringside_versions_applied_total", None),
                              ("read_repair", "ringside_read_repairs_total", None),
                              ("start", "ringside_starts_total", None),
                              ("handle", "ringside_work_handled_total", None),
                              ("handle", "ringside_work_wait_seconds", None)):
        want = collections.Counter()
        for record in of_kind[kind]:
            want[record["actor"]] += record["fields"][field] if field else 1
        assert rows(said[name], "node") == want, (name, rows(said[name], "node"), want)


def count_false(of, sides):
    """suspicions of a peer that had been ready since its last start and was not cut off"""
    up, is_split, false = set(), False, 0
    for record in of:
        if record["kind"] in ("partition", "heal"):
            is_split = record["kind"] == "partition"
        if record["kind"] == "ready":
            up.add(record["actor"])
        if record["kind"] == "crash":
            up.discard(record["actor"])
        if record["kind"] == "peer_suspected":
            peer = f"n{record['fields']['peer'] + 1}"
            false += peer in up and not (is_split and (peer in sides) != (record["actor"] in sides))
    return false


@test
def suspicions():
    """a suspicion is false when its peer was ready and nothing cut the two off from each other"""
    assert said["ringside_suspicions_total"]["value"] == len(of_kind["peer_suspected"])
    assert said["ringside_false_suspicions_total"]["value"] == count_false(records, ("n1", "n2"))
    lossy = "scenarios/phi-jitter.json"
    false = metrics(lossy)["ringside_false_suspicions_total"]["value"]
    assert false == count_false(trace(lossy), ()) == 1, false


@test
def sums():
    """the cluster is the sum of its nodes, and a node asked for alone says the same"""
    alone = {node: metrics(STORMY, "--node", node) for node in NODES}
    for name, metric in said.items():
        if "version" in name.split("_")[-1] or "phase" in name or not metric["rows"]:
            continue
        whole = "count" if metric["kind"] == "histogram" else "value"
        together = max if name.endswith("_ratio") else sum  # of shares, the largest is told
        assert together(row[whole] for row in metric["rows"]) == metric[whole], name
        if "node" not in metric["rows"][0]:
            continue
        for node in NODES:
            want = rows(metric, "node").get(node, 0)
            assert (alone[node][name][whole] or 0) == want, (name, node)


@test
def moments():
    """at a moment it is what the records until then say; the same with a trace and without"""
    at = metrics(STORMY, "--at", "8s")
    want = sum(r["time_ns"] <= 8 * 10**9 for r in of_kind["send"])
    assert at["ringside_messages_sent_total"]["value"] == want
    assert at["ringside_node_up"]["value"] == 5 or at["ringside_node_up"]["value"] == 4
    until = metrics(STORMY, "--until", 'metric("ringside_messages_sent_total") >= 1000')
    assert until["ringside_messages_sent_total"]["value"] == 1000


@test
def table():
    """the CSV reads back, and its last sample is what the end of the run says"""
    text = say("metrics", STORMY, "--format", "csv", "--every", "1s", "--node", "all")
    lines = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    last = {(r["metric"], r["node"], r["statistic"]): r["value"] for r in lines
            if r["time_s"] == "30.000000000"}
    assert len({r["time_s"] for r in lines}) == 30
    for name in ("ringside_operations_ok_total", "ringside_sent_bytes_total", "ringside_store_rows"):
        assert int(last[name, "cluster", "value"]) == said[name]["value"], name
        assert int(last[name, "n3", "value"]) == rows(said[name], "node")["n3"], name
    counts = sum(int(r["value"]) for r in lines if r["statistic"] == "count" and
                 r["metric"] == "ringside_operation_latency_seconds" and r["node"] == "cluster")
    assert counts == said["ringside_operation_latency_seconds"]["count"]


LINE = re.compile(r'^([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\]|\\.)*",?)*)\})? ([0-9.]+)$')


@test
def prometheus():
    """the text format of Prometheus: help, type, labels, buckets that only grow, sum and count"""
    text = say("metrics", STORMY, "--format", "prometheus")
    types, seen, last = {}, collections.Counter(), (None, 0)
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            types[line.split()[2]] = line.split()[3]
        if line.startswith("#"):
            continue
        match = LINE.match(line)
        assert match, line
        name, labels, value = match.groups()
        base = re.sub("_(bucket|sum|count)$", "", name)
        assert name in types or types[base] == "histogram", line
        if name.endswith("_bucket"):
            key = re.sub(',?le="[^"]*"', "", labels)
            assert last[0] != (name, key) or int(value) >= last[1], line
            last = ((name, key), int(value))
        seen[name] += float(value)
    latency = said["ringside_operation_latency_seconds"]
    assert seen["ringside_operation_latency_seconds_count"] == latency["count"]
    assert abs(seen["ringside_operation_latency_seconds_sum"] - latency["sum"] / 1e9) < 1e-6
    assert seen["ringside_messages_sent_total"] == said["ringside_messages_sent_total"]["value"]
    tool = os.environ.get("PROMTOOL") or shutil.which("promtool")
    if tool:
        made = subprocess.run([tool, "check", "metrics"], input=text, capture_output=True, text=True)
        assert made.returncode == 0 and not made.stderr, made.stderr


@test
def schema():
    """the JSON is what its schema says"""
    try:
        import jsonschema
    except ImportError:
        return
    rules = json.load(open("docs/cluster/metrics.schema.json", encoding="utf-8"))
    for arguments in ([STORMY], [STORMY, "--node", "n2", "--at", "5s"]):
        document = json.loads(say("metrics", *arguments, "--format", "json"))
        jsonschema.Draft202012Validator(rules).validate(document)


@test
def people():
    """the text fits 80 columns, marks percentiles of few values, and says what there is none of"""
    text = say("metrics", STORMY)
    assert max(map(len, text.splitlines())) <= 80, max(text.splitlines(), key=len)
    assert "none yet:" in text and "~ too few values" in text
    assert max(map(len, say("metrics", "--list").splitlines())) <= 80


@test
def beside():
    """run --metrics writes by the ending of the file, and the report stays what it was"""
    for ending, name in ((".json", "json"), (".prom", "prometheus"), (".txt", "text"), (".csv", "csv")):
        path = f"{os.environ.get('TMPDIR', '/tmp')}/ringside-metrics-{os.getpid()}{ending}"
        report = say("run", STORMY, "--report", "json", "--metrics", path)
        assert report == say("run", STORMY, "--report", "json")
        assert open(path, newline="").read() == subprocess.run(
            [RINGSIDE, "metrics", STORMY, "--format", name], capture_output=True).stdout.decode()
        os.remove(path)


@test
def mistakes():
    """a mistake is one sentence with the nearest right word, and exit code 2"""
    assert 'did you mean "n5"' in say("metrics", STORMY, "--node", "n55", code=2)
    assert "text, json, csv or prometheus" in say("metrics", STORMY, "--format", "xml", code=2)
    assert "no metric has" in say("metrics", "--list", "--match", "xyz", code=2)
    assert "--every" in say("metrics", STORMY, "--format", "csv", "--every", "0s", code=2)
    assert "ends in .txt, .json, .csv or .prom" in say("run", STORMY, "--metrics", "x.foo", code=2)
    say("metrics", STORMY, "--until", "trace.crash > 9", code=1)


def page_parts():
    page = open(PAGE, encoding="utf-8").read()
    begin, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    return page[:begin], page[begin:end], page[end:]


@test
def page():
    """the table of docs/cluster/metrics.md is that of the program"""
    before, made, after = page_parts()
    if "--update" in sys.argv:
        made = say("metrics", "--page")
        open(PAGE, "w", encoding="utf-8").write(before + made + after)
    assert made == say("metrics", "--page"), "run tests/cli/test_metrics.py --update"


for number, (is_good, sentence, error) in enumerate(results, 1):
    print(f"{'ok' if is_good else 'not ok'} {number} - {sentence}")
    if error:
        print("# " + error)
print(f"1..{len(results)}")
sys.exit(not all(good for good, _, _ in results))
