#!/usr/bin/env python3
"""test_slices.py: does `ringside why` find the faulty step, and how long does it take to say so?

Each row of tests/scenario/test_safeguards.sh is a rule that is switched off, a scenario, and the
check that fails for it. The faulty steps are known from the trace: the records that say "breaks
the rule". A slice is right when one of them stands in it. With --table each row is printed, with
`-v` the slices; with --seeds N other seeds are tried, too, as far as the check fails with them.
Nothing here knows how `why` goes about it."""
import json
import os
import re
import subprocess
import sys

RINGSIDE = os.environ.get("RINGSIDE", "./ringside")
ROW = re.compile(r"^([a-z-]+) +\| ([a-z-]+) +\| (.+?) *$")
LINES_MAX, SHARE = 20, 0.9


def rows():
    for line in open("tests/scenario/test_safeguards.sh", encoding="utf-8"):
        row = ROW.match(line)
        if row:
            yield row.groups()


def say(*arguments):
    return subprocess.run([RINGSIDE, *arguments], capture_output=True, text=True).stdout


def measure(rule, scenario, check, seed=None):
    run = [f"scenarios/{scenario}.json", "--set", f"safeguards.{rule}=false"]
    run += ["--seed", str(seed)] if seed else []
    told = say("run", *run, "-v")
    broken = {int(number) for number in re.findall(rf"#(\d+) .* breaks the rule {rule} here", told)}
    asked = ["why", *run, "--check", check]
    text, chain = say(*asked), json.loads(say(*asked, "--json"))
    held = [link["record"] for link in chain["links"] if link["record"] in broken]
    if "-v" in sys.argv:
        print(text)
    return {"rule": rule, "scenario": scenario, "lines": text.count("\n"), "holds": bool(held),
            "ends": chain["root"] == "safeguard" and f"the rule {rule} is off" in chain["end"],
            "fails": f"  FAILS   {check}\n" in told}


measured = [measure(*row) for row in rows()]
if "--seeds" in sys.argv:
    seeds = range(2, 2 + int(sys.argv[sys.argv.index("--seeds") + 1]))
    more = [measure(*row, seed) for row in rows() for seed in seeds]
    measured += [m for m in more if m["fails"]]
if "--table" in sys.argv:
    for m in measured:
        print(f"{m['rule']:28}{m['scenario']:38}{m['lines']:3} lines  "
              f"{'holds it' if m['holds'] else 'MISSES IT':10}{'ends there' if m['ends'] else ''}")
count, lines = len(measured), sorted(m["lines"] for m in measured)
holding, ending = (sum(m[what] for m in measured) for what in ("holds", "ends"))
print(f"# {holding} of {count} slices hold the faulty step, {ending} end at the rule that is off; "
      f"lines: median {lines[count // 2]}, longest {lines[-1]}")

results = [
    (holding >= SHARE * count, "nine in ten slices hold the step that broke the rule",
     [m["rule"] for m in measured if not m["holds"]]),
    (ending == count, "each ends at the rule that is off", [m["rule"] for m in measured
                                                          if not m["ends"]]),
    (lines[-1] <= LINES_MAX, "none is longer than 20 lines", lines[-1]),
    (count >= 45, "all rules are looked at", count),
]
for number, (is_good, sentence, error) in enumerate(results, 1):
    print(f"{'ok' if is_good else 'not ok'} {number} - {sentence}")
    if not is_good:
        print(f"# {error}")
print(f"1..{len(results)}")
sys.exit(not all(good for good, _, _ in results))
