#!/usr/bin/env python3
"""test_schema.py: the JSON Schema and the loader say yes and no to the same files.

Editors complete and complain from scenarios/scenario.schema.json, and `ringside validate` has the last
word. Where they differ, somebody was told something wrong. So both are asked about

  - every shipped scenario, and tests/scenario/everything.json, which has every key there is;
  - every file in tests/scenario/bad;
  - parts of everything.json with one thing changed: each value by one of another type, each key
    left out, a key added to each object, each word and unit misspelt, each number out of range.

What the schema refuses, the loader must refuse. The other way round there are things that no schema
can say; they are listed below, by the loader's own sentence.
"""
import copy
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("1..0 # SKIP python3-jsonschema is not installed")
    sys.exit(0)

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
RINGSIDE = os.path.abspath(os.environ.get("RINGSIDE", os.path.join(ROOT, "ringside")))
BATCH = 500  # files for one call of `ringside validate`

# What only the loader finds. A pattern for its sentence, and why a schema cannot.
ONLY_LOADER = [
    (r"draws how many nodes there are", "names, and how they are drawn"),
    (r"expected the label of an operation, but no client has a script", "labels stand elsewhere"),
    (r"this is for the strategy|only key ranges are|at most half of|one after the other or by", "values compared"),
    (r"racks|rack:|in no rack|in a rack already|bytes, and the disk of", "names, and sums over the whole"),
    (r"comes before the one that it stands behind", "a schema does not compare items"),
    (r"in the condition, ", "the language of conditions"),
    (r"expected \"(n1|c1|o|ann|w1|first|split|all)\".*, found \"", "names that the scenario itself defines"),
    (r"\.(after|heal): expected \"|expected one of the names that are defined", "the same"),
    (r"expected the label of an operation that stands earlier", "the order of operations"),
    (r"there is (already|no) ", "names that the scenario itself defines"),
    (r"it stands in a group already", "members of all groups together"),
    (r"expected another node than|is shorter than the target", "two values compared"),
    (r"and a preload lays plain values", "names that the scenario itself defines"),
    (r"expected an array of 1 to \d+ items", "the number of members that there are"),
    (r"expected a(n)? (signed )?(time|size|share|drift) of at (least|most)", "ranges of quantities"),
    (r"(is out of range|has too many decimals)", "ranges of quantities"),
    (r"plain digits", "1.0 and 1e0 are whole numbers to a schema"),
    (r"cannot stand on", "replicas and nodes compared"),
    (r"expected a whole number from 1 to \d+, found", "a level and the replication compared"),
    (r"it would come after the end of the run", "two times compared"),
    (r"that needs \"hints\" in \"cluster\"", "two places of the file compared"),
    (r"expected \"one\", \"quorum\" or \"all\", found \"any\"", "a level and its operation compared"),
    (r"the client stops before it starts", "two times compared"),
    (r"expected (the smaller end first|quantile points|a minimum that is not above)", "times compared"),
    (r"expected a time that is not below the median", "times compared"),
    (r"expected a (Pareto|normal) distribution's", "ranges of quantities"),
    (r"expected at least one of \"get\", \"put\", \"delete\" and the others above 0", "a sum"),
    (r"the table of \".*\" has \"conflicts\"", "an operation and the table of its key compared"),
    (r"a table's name", "the names of members"),
    (r"expected a power of two", "arithmetic"),
    (r"expected at least 1000 bytes a second", "ranges of quantities"),
    (r"expected at most (4|\d+) (mixtures|clients|scripted)", "counted over the whole scenario"),
    (r"a run would need|would keep each of them busy|Zipf tables of all", "sums over the whole scenario"),
    (r"each key once|expected at most 64 objects|surrogate pair", "the text, not its meaning"),
    (r"of \d+ to \d+ (bytes|characters)", "bytes are counted, not characters"),
]

tests = 0
failures = 0


def tell(is_ok, sentence, said=""):
    global tests, failures
    tests += 1
    failures += not is_ok
    print(f"{'ok' if is_ok else 'not ok'} {tests} - {sentence}")
    for line in str(said).splitlines() if not is_ok else []:
        print("# " + line)


def ask_loader(files):
    """What `ringside validate` says to each file: None, or its sentence."""
    answers = {}
    for start in range(0, len(files), BATCH):
        batch = files[start : start + BATCH]
        run = subprocess.run([RINGSIDE, "validate", *batch], capture_output=True)
        if run.returncode not in (0, 2):
            raise SystemExit(f"ringside validate: exit code {run.returncode}")
        said = run.stderr.decode().splitlines()
        for file in batch:
            answers[file] = next((line for line in said if line.startswith(f"ringside: {file}:")), None)
    return answers


def read(file):
    """The document, or None when it is no JSON (or has a key twice)."""
    def no_twice(pairs):
        if len(dict(pairs)) < len(pairs):
            raise ValueError("a key stands twice")
        return dict(pairs)

    try:
        with open(file, encoding="utf-8") as text:
            return json.load(text, object_pairs_hook=no_twice)
    except (ValueError, RecursionError):
        return None


def is_known_difference(sentence):
    return any(re.search(pattern, sentence) for pattern, _ in ONLY_LOADER)


# ---- changes ----------------------------------------------------------------------------------

def places(value, path=()):
    """Every value of a document, with the way to it."""
    yield path, value
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from places(child, path + (key,))


def changed(document, path, change):
    """A copy in which the container at the end of the path was changed."""
    result = copy.deepcopy(document)
    target = result
    for key in path[:-1]:
        target = target[key]
    change(target, path[-1] if path else None)
    return result


def other_values(value):
    """Values that are wrong in some way, or (rarely) right."""
    yield from (True, None, 12, -1, 2.5, 10**30, "word", "5ms", "-5ms", "30%", "64KiB", "", [], {}, [[]], ["n1"])
    if isinstance(value, str):
        yield value + "x"
        yield value.replace("s", "sec") if re.match(r"[-+]?[\d.]+ *\D+$", value) else value.upper()
        yield "+" + value
        yield " " + value
    if isinstance(value, int) and not isinstance(value, bool):
        yield value + 10**7
        yield float(value)
        yield str(value)


def set_to(new):
    def change(target, key):
        target[key] = new
    return change


def leave_out(target, key):
    del target[key]


def mutations(document, section):
    """The document as it is, then one change at a time, in this section."""
    yield f"{section} unchanged", document
    for path, value in places(document):
        if path[:1] not in ((), (section,)):
            continue
        name = "/".join(map(str, path)) or "(all)"
        if path:
            for other in other_values(value):
                yield f"{name} = {json.dumps(other)}", changed(document, path, set_to(other))
            yield f"{name} left out", changed(document, path, leave_out)
        if isinstance(value, dict):
            yield f"{name} with an unknown key", changed(document, path + ("zzz",), set_to(1))
        if isinstance(value, list) and path:
            yield f"{name} doubled", changed(document, path, set_to(value + value))


def parts(everything):
    """Small documents that together have all that everything.json has: (document, section)."""
    head = {key: value for key, value in everything.items() if not isinstance(value, (dict, list))}
    least = {"name": "part", "duration": everything["duration"]}
    people = {"cluster": {"nodes": everything["cluster"]["nodes"]}, "clients": everything["clients"]}
    for key in head:
        yield head, key
    for section in ("cluster", "safeguards", "network"):
        yield {**least, "cluster": people["cluster"], section: everything[section]}, section
    for client in everything["clients"]:
        yield {**least, "clients": [client]}, "clients"
    for check in everything["checks"]:
        yield {**least, "checks": [check]}, "checks"
    split = next(entry for entry in everything["timeline"] if "partition" in entry)
    for entry in everything["timeline"]:
        entries = [split, entry] if "heal" in entry else [entry]
        yield {**least, **people, "timeline": entries}, "timeline"


def property_names(schema):
    for _, value in places(schema):
        if isinstance(value, dict) and isinstance(value.get("properties"), dict):
            yield from value["properties"]


# ---- the tests --------------------------------------------------------------------------------

def compare_mutations(validator, everything):
    changes = [change for part in parts(everything) for change in mutations(*part)]
    count = {"both yes": 0, "both no": 0, "only the loader says no": 0}
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, (_, document) in enumerate(changes):
            files.append(os.path.join(folder, f"{number}.json"))
            with open(files[-1], "w", encoding="utf-8") as out:
                json.dump(document, out, ensure_ascii=False)
        answers = ask_loader(files)
    for (what, document), file in zip(changes, files):
        is_valid = validator.is_valid(document)
        sentence = answers[file]
        if is_valid == (sentence is None):
            count["both yes" if is_valid else "both no"] += 1
        elif is_valid and is_known_difference(sentence):
            count["only the loader says no"] += 1
        else:
            wrong.append(f"{what}: the schema says {'yes' if is_valid else 'no'}, the loader: {sentence or 'yes'}")
    tell(not wrong, f"{len(changes)} changed scenarios get the same yes or no", "\n".join(wrong[:40]))
    print("# " + ", ".join(f"{kind}: {number}" for kind, number in count.items()))
    tell(min(count.values()) > 100, "the changes lead to all three kinds of answer", count)


def compare_bad_files(validator):
    for file in sorted(glob.glob("tests/scenario/bad/*.json")):
        document = read(file)
        sentence = ask_loader([file])[file]
        name = os.path.basename(file)
        if sentence is None:
            tell(False, f"{name} is refused by the loader")
        elif document is None or not validator.is_valid(document):
            tell(True, f"{name} is refused by both")
        else:
            tell(is_known_difference(sentence), f"{name} is refused by the loader alone, as it must be", sentence)


def main():
    os.chdir(ROOT)
    schema = read("scenarios/scenario.schema.json")
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema)
    tell(True, "the schema itself is sound")

    everything = read("tests/scenario/everything.json")
    shipped = sorted(set(glob.glob("scenarios/*.json")) - {"scenarios/scenario.schema.json"})
    answers = ask_loader(shipped + ["tests/scenario/everything.json"])
    for file, sentence in answers.items():
        faults = [error.message for error in validator.iter_errors(read(file))]
        tell(not faults and not sentence, f"{file} is valid to both", faults or sentence)

    keys = {key for _, value in places(everything) if isinstance(value, dict) for key in value}
    missing = sorted(set(property_names(schema)) - keys)
    tell(not missing, "everything.json has every key that the schema knows", missing)
    compare_bad_files(validator)
    compare_mutations(validator, everything)
    print(f"1..{tests}")
    return failures > 0


sys.exit(main())
