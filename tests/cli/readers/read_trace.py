"""Reads trace events as Perfetto does: valid JSON, keys that each phase needs, and every flow
begins and ends in a slice, in that order."""
import json
import sys

events = json.load(open(sys.argv[1], encoding="utf-8"))["traceEvents"]
slices, begun, ended = set(), {}, {}
for event in events:
    assert {"ph", "ts", "pid", "tid", "name"} <= set(event), event
    if event["ph"] == "X":
        assert event["dur"] > 0
        slices.add((event["pid"], event["ts"]))
    elif event["ph"] == "s":
        assert event["id"] not in begun
        begun[event["id"]] = event
    elif event["ph"] == "f":
        assert event["bp"] == "e" and event["id"] not in ended
        ended[event["id"]] = event
    else:
        assert event["ph"] in "Mibe", event
assert begun and begun.keys() == ended.keys(), "a flow has one end only"
for number, event in begun.items():
    assert event["ts"] <= ended[number]["ts"], "a message arrives before it is sent"
    assert (event["pid"], event["ts"]) in slices
    assert (ended[number]["pid"], ended[number]["ts"]) in slices
print(len(events), "events,", len(begun), "messages")
