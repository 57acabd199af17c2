"""Reads a Mermaid sequence diagram line by line, by the part of its grammar that is used."""
import re
import sys

lines = open(sys.argv[1], encoding="utf-8").read().splitlines()
assert lines[0] == "sequenceDiagram"
people, names, arrows = set(), set(), 0
for line in (line.strip() for line in lines[1:]):
    if match := re.fullmatch(r"participant (p\d+) as ([^;#]+)", line):
        people.add(match[1])
        names.add(match[2])
    elif match := re.fullmatch(r"(p\d+)(?:->>|-x)(p\d+): [^;#]+", line):
        assert {match[1], match[2]} <= people, line
        arrows += 1
    elif match := re.fullmatch(r"Note over (p\d+): [^;#]+", line):
        assert match[1] in people, line
    else:
        assert line.startswith("%%"), line
assert arrows > 0 and len(names) == len(people)
print(arrows, "messages")
