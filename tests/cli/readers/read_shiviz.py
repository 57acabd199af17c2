"""Reads a ShiViz log by its default pattern and proves its vector clocks: each event ticks its
own host by one, and no event knows more of another host than that host had said before."""
import json
import re
import sys

pattern = re.compile(r"(?P<event>.*)\n(?P<host>\S*) (?P<clock>{.*})")
text = open(sys.argv[1], encoding="utf-8").read()
found = list(pattern.finditer(text))
assert found and "".join(m.group(0) + "\n" for m in found) == text, "something is not an event"
last = {}
for match in found:
    host, clock = match["host"], json.loads(match["clock"])
    before = last.get(host, {})
    assert clock[host] == before.get(host, 0) + 1, f"{host} does not tick by one"
    for other, count in clock.items():
        assert count >= before.get(other, 0), f"{host} forgets {other}"
        assert other == host or count <= last[other][other], f"{host} knows the future of {other}"
    assert set(before) <= set(clock), f"{host} forgets a host"
    last[host] = clock
assert any(len(clock) > 2 for clock in last.values()), "nobody has heard of anybody"
print(len(found), "events of", len(last), "hosts")
