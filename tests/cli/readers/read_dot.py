"""Reads the ring as Graphviz understood it (dot -Tjson): one cycle through all tokens, in ascending
order, as many for each node as the scenario says."""
import collections
import json
import sys

graph = json.load(open(sys.argv[1], encoding="utf-8"))
scenario = json.loads(json.loads(open(sys.argv[2], encoding="utf-8").readline())["scenario"])
labels = [node["label"].split("\\n") for node in graph["objects"]]
owners = collections.Counter(owner for owner, _ in labels)
positions = [int(position, 16) for _, position in labels]
follows = {edge["tail"]: edge["head"] for edge in graph["edges"]}
at, seen = 0, []
while at not in seen:
    seen.append(at)
    at = follows[at]
assert at == 0 and len(seen) == len(labels) == len(graph["edges"]), "not one cycle"
assert [positions[i] for i in seen] == sorted(positions), "not in ascending order"
assert len(owners) == scenario["cluster"]["nodes"] and len(set(owners.values())) == 1, owners
print(len(labels), "tokens of", len(owners), "nodes")
