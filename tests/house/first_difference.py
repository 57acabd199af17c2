#!/usr/bin/env python3
"""first_difference.py: where two traces of one run part, by record and by field.

    first_difference.py TRACE TRACE [NAME NAME]

A trace is JSON Lines: a header, then one record a line. Two runs that should have been one are
understood from the first record that differs: what came later only follows from it. Prints that
record, its fields that differ, and the record before it, which both traces share. Exit code 1 when
they differ, 0 when they are the same.
"""

import itertools
import json
import sys


def fields_of(line):
    """The line as one dictionary, what its kind adds included; text that is not JSON is one field."""
    try:
        value = json.loads(line)
    except ValueError:
        return {"text": line.rstrip("\n")}
    if not isinstance(value, dict):
        return {"value": value}
    nested = value.pop("fields", None)
    return value | nested if isinstance(nested, dict) else value


def short(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else text[:200] + "..."


def show(number, before, left, right, names):
    """Tell how the lines with this number (the header is line 1) differ."""
    if left is None or right is None:
        ended, other = (names[0], right) if left is None else (names[1], left)
        print(f"line {number}: {ended} ends here, the other goes on with {other.strip()}")
        return
    a, b = fields_of(left), fields_of(right)
    what = "header" if number == 1 else f"record {number - 1}"
    known = [f"{key} {short(a[key])}" for key in ("number", "step", "time_ns", "actor", "kind", "about")
             if key in a and a.get(key) == b.get(key)]
    print(f"{what} is the first that differs" + (": " + ", ".join(known) if known else ""))
    for key in dict.fromkeys([*a, *b]):
        if a.get(key) != b.get(key) or (key in a) != (key in b):
            ours = short(a[key]) if key in a else "absent"
            theirs = short(b[key]) if key in b else "absent"
            print(f"  field {key}: {ours} ({names[0]}), {theirs} ({names[1]})")
    if number > 1 and before:
        print(f"  the record before it, in both: {before.strip()}")


def main(arguments):
    if len(arguments) not in (2, 4):
        sys.exit(__doc__)
    names = arguments[2:] or ["first", "second"]
    before = ""
    with open(arguments[0], encoding="utf-8") as one, open(arguments[1], encoding="utf-8") as two:
        for number, (left, right) in enumerate(itertools.zip_longest(one, two), start=1):
            if left != right:
                show(number, before, left, right, names)
                return 1
            before = left
    print("the two traces are the same")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
