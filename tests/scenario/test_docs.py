#!/usr/bin/env python3
"""test_docs.py: docs/scenarios.md speaks of everything that a scenario may say, and its examples are right.

The first scenario that a reader meets, there and in README.md, also holds when it is run.

What there is comes from the program (`ringside actions`, `ringside safeguards`) and from the schema, which
test_schema.py holds to the loader. A key or word counts as spoken of when it stands in `code` or in an example.
"""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
RINGSIDE = os.path.abspath(os.environ.get("RINGSIDE", os.path.join(ROOT, "ringside")))
PAGE = "docs/scenarios.md"

tests = 0
failures = 0


def tell(is_ok, sentence, said=""):
    global tests, failures
    tests += 1
    failures += not is_ok
    print(f"{'ok' if is_ok else 'not ok'} {tests} - {sentence}")
    for line in str(said).splitlines() if not is_ok else []:
        print("# " + line)


def words_of(command):
    said = subprocess.run([RINGSIDE, command], capture_output=True, text=True, check=True).stdout
    return [line.split()[0] for line in said.splitlines() if line and not line.startswith(" ")]


def walk(value):
    yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(child)


def keys_and_words(schema):
    """Property names, and the words that a value may be."""
    for value in walk(schema):
        if isinstance(value, dict):
            if isinstance(value.get("properties"), dict):
                yield from value["properties"]
            yield from (word for word in value.get("enum", []) if isinstance(word, str))
            if isinstance(value.get("const"), str):
                yield value["const"]


def validate(document):
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(document, file)
        file.flush()
        run = subprocess.run([RINGSIDE, "validate", file.name], capture_output=True, text=True)
    return run.stderr


def holds(text, seed):
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        return subprocess.run([RINGSIDE, "run", file.name, "--seed", str(seed)], capture_output=True, text=True)


def as_scenario(example):
    """An example may be a part of a scenario: put what is missing around it."""
    ann = {"name": "ann", "script": [{"put": "k", "value": "1", "label": label} for label in ("w1", "r1")]}
    split = {"at": "0s", "partition": [["n1"], ["n2"]], "name": "split"}
    rest = {"name": "example", "duration": "5s"}
    if "duration" in example:
        return example
    if "check" in example:
        return {**rest, "clients": [ann], "checks": [example]}
    if "at" in example:
        racks = {"cluster": {"racks": 3, "placement": {"strategy": "ranges"}}}
        return {**rest, **racks, "clients": [ann], "timeline": [split, example]}
    return {**rest, "clients": [example]}


def main():
    os.chdir(ROOT)
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    blocks = re.findall(r"^```(json|timeline)\n(.*?)^```$", page, re.M | re.S)
    code = "\n".join(re.findall(r"`([^`\n]+)`", page)) + "\n".join(text for _, text in blocks)
    spoken = set(re.findall(r"[$A-Za-z_][A-Za-z0-9_-]*", code))

    with open("scenarios/scenario.schema.json", encoding="utf-8") as file:
        wanted = set(keys_and_words(json.load(file)))
    wanted |= set(words_of("actions")) | set(words_of("safeguards"))
    missing = sorted(wanted - spoken)
    tell(not missing, f"{PAGE} speaks of all {len(wanted)} keys and words", "missing: " + ", ".join(missing))

    names = [os.path.basename(file)[:-5] for file in glob.glob("scenarios/*.json") if ".schema." not in file]
    missing = sorted(name for name in names if f"| {name} |" not in page)
    tell(not missing, f"{PAGE} lists all {len(names)} shipped scenarios", missing)

    for kind, text in blocks:
        for example in [text] if kind == "json" else text.splitlines():
            said = validate(as_scenario(json.loads(example)))
            tell(not said, "this example is right: " + re.sub(r"\s+", " ", example)[:70], said)

    for example in re.findall(r"^\| `(\{\"[^`]*)` \|", page, re.M):
        said = validate({"name": "example", "duration": "5s", "network": {"latency": json.loads(example)}})
        tell(not said, "this distribution is right: " + example, said)

    for page_name in (PAGE, "README.md"):
        with open(page_name, encoding="utf-8") as file:
            first = re.search(r"^```json\n(.*?)^```$", file.read(), re.M | re.S)[1]
        failed = [run.stdout for run in (holds(first, seed) for seed in range(1, 11)) if run.returncode]
        tell(not failed, f"the first example of {page_name} holds with ten seeds", "".join(failed[:1]))

    for link in re.findall(r"\]\(#([a-z-]+)\)", page):
        tell(re.search(rf"^#+ {link}$", page, re.M | re.I), f"there is a part called {link}")
    print(f"1..{tests}")
    return failures > 0


sys.exit(main())
