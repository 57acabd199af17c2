"""Reads trace events as Perfetto does: valid by a schema of the format (where jsonschema is), every
flow begins and ends in a slice, in that order, and there is one for each message that arrived."""
import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    jsonschema = None

document = json.load(open(sys.argv[1], encoding="utf-8"))
records = [json.loads(line) for line in open(sys.argv[2], encoding="utf-8")][1:-1]
if jsonschema:
    schema = pathlib.Path(__file__).with_name("trace_events.schema.json").read_text("utf-8")
    jsonschema.Draft7Validator(json.loads(schema)).validate(document)
events = document["traceEvents"]
slices, begun, ended = set(), {}, {}
for event in events:
    if event["ph"] == "X":
        slices.add((event["pid"], event["ts"]))
    elif event["ph"] == "s":
        assert event["id"] not in begun
        begun[event["id"]] = event
    elif event["ph"] == "f":
        assert event["id"] not in ended
        ended[event["id"]] = event
assert begun and begun.keys() == ended.keys(), "a flow has one end only"
for number, event in begun.items():
    assert event["ts"] <= ended[number]["ts"], "a message arrives before it is sent"
    assert (event["pid"], event["ts"]) in slices
    assert (ended[number]["pid"], ended[number]["ts"]) in slices
assert len(begun) == sum(record["kind"] == "arrive" for record in records)
named = {event["pid"]: event["args"]["name"] for event in events if event["ph"] == "M"}
for event in events:
    assert event["pid"] in named
opened = [event["id"] for event in events if event["ph"] == "b"]
assert len(opened) == len(set(opened)) == sum(r["kind"] == "invoke" for r in records)
print(len(events), "events,", len(begun), "messages")
