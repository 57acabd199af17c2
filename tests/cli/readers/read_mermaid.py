"""Reads a Mermaid sequence diagram line by line, by the part of its grammar that is used."""
import re
import sys

lines = open(sys.argv[1], encoding="utf-8").read().splitlines()
assert lines[0] == "sequenceDiagram"
people, arrows = set(), 0
for line in (line.strip() for line in lines[1:]):
    if match := re.fullmatch(r"participant ([\w-]+)", line):
        people.add(match[1])
    elif match := re.fullmatch(r"([\w-]+?)(?:->>|-x)([\w-]+): [^;#]+", line):
        assert {match[1], match[2]} <= people, line
        arrows += 1
    elif match := re.fullmatch(r"Note over ([\w-]+): [^;#]+", line):
        assert match[1] in people, line
    else:
        assert line.startswith("%%"), line
assert arrows > 0
print(arrows, "messages")
