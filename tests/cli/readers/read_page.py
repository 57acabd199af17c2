"""Plays the page in a headless Chromium and compares what it says with the trace of the same run.

    read_page.py PAGE.html TRACE.jsonl REPORT.txt [FROM TO]

With two times in nanoseconds the page is that of the records between them.

The page is opened from its file. What is read is what it shows (its elements), and what its program
answers; what is expected comes from the trace alone."""
import json
import re
import sys

from browser import Browser

page, trace, report = sys.argv[1:4]
lines = [json.loads(line) for line in open(trace, encoding="utf-8")]
head, records, foot = lines[0], lines[1:-1], lines[-1]
if len(sys.argv) > 4:
    records = [r for r in records if int(sys.argv[4]) <= r["time_ns"] <= int(sys.argv[5])]
end = int(sys.argv[5]) if len(sys.argv) > 4 else foot["virtual_ns"]
scenario = json.loads(head["scenario"])
by_number = {record["number"]: record for record in records}
last_of_step = {record["step"]: record for record in records}
source = open(page, encoding="utf-8").read()


def told(record):
    seconds, rest = divmod(record["time_ns"], 10**9)
    return f"{seconds}.{rest // 1000:06} {record['text']}"


def chain(record):
    numbers = []
    while record:
        numbers.append(record["number"])
        record = by_number.get(record["cause"])
    return numbers


def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def nothing_is_fetched(browser):
    assert not re.search(r"https?:|src=|href=|url\(|@import|fetch\(|XMLHttp|import\(|WebSocket",
                         re.sub(r"<script type=\"application/json\".*?</script>", "", source,
                                flags=re.S)), "the page names something to fetch"
    assert browser.ask("return performance.getEntriesByType('resource').length") == 0
    blocked = browser.ask("""return new Promise((done) => {
        document.addEventListener('securitypolicyviolation', () => done(true));
        const image = new Image(); image.onload = () => done(false);
        image.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw=';
        setTimeout(() => done(false), 3000); })""")
    assert blocked, "the page may fetch images"


def it_is_the_same_run(browser):
    assert browser.text("#digest") == (f"{foot['steps']} events, {foot['records']} trace records, "
                                       f"digest {foot['digest']}")
    assert browser.text("#name") == scenario["name"]
    assert browser.text("#seed") == f"seed {head['seed']}"
    actors = {record["actor"] for record in records} - {"the world", "all"}
    lanes = browser.ask("return ringside.run.lanes")
    assert actors <= set(lanes) and len(set(lanes)) == len(lanes) and lanes[-1] == "world"
    assert browser.ask("return ringside.run.count") == len(records)
    part = browser.text("#part")
    assert (f"{len(records)} of them" in part) if len(records) < foot["records"] else part == ""


def every_record_is_there(browser):
    read = browser.ask("""const { run, sentenceOf } = ringside;
        return Array.from({ length: run.count }, (_, i) => [run.first + i, run.step[i], run.time[i],
            run.cause[i] < 0 ? 0 : run.first + run.cause[i], run.kinds[run.kind[i]].name,
            sentenceOf(i)])""")
    for got, record in zip(read, records):
        want = [record[key] for key in ("number", "step", "time_ns", "cause", "kind", "text")]
        want[3] *= record["cause"] in by_number
        assert got == want, (got, want)


def it_steps_and_scrubs_by_keys(browser):
    browser.press("Home")
    first = records[0]["step"]
    assert browser.text("#now") == last_of_step[first]["text"]
    for step in range(first + 1, first + 4):
        browser.press("ArrowRight")
        assert browser.text("#now") == last_of_step[step]["text"], step
    browser.press("ArrowLeft")
    assert browser.text("#now") == last_of_step[first + 2]["text"]
    browser.press("End")
    assert browser.text("#now") == records[-1]["text"]
    assert int(browser.ask("return document.getElementById('step').value")) == records[-1]["step"]
    browser.ask("document.getElementById('step').focus()")
    browser.press("ArrowLeft")
    assert browser.text("#now") == last_of_step[records[-1]["step"] - 1]["text"]
    browser.press("Home", "ArrowRight")
    assert browser.text("#now") == last_of_step[first + 1]["text"]
    browser.ask("document.activeElement.blur()")
    middle = records[len(records) // 2]["step"]
    browser.ask("const step = document.getElementById('step'); step.value = arguments[0];"
                "step.dispatchEvent(new Event('input'))", middle)
    assert browser.text("#now") == last_of_step[middle]["text"]
    shown = browser.ask("return document.querySelector('#log .now').textContent")
    assert shown == told(last_of_step[middle]), shown


def a_click_in_the_overview_goes_there(browser):
    place = browser.ask("""const box = document.getElementById('overview').getBoundingClientRect();
        return [box.left + box.width / 2, box.top + 8]""")
    browser.click_at(*place)
    time = browser.ask("return ringside.clock.time")
    begin = records[0]["time_ns"]
    assert abs(time - (begin + end) / 2) < (end - begin) / 200, time
    last = [record for record in records if record["time_ns"] <= time][-1]
    assert browser.text("#now") == last["text"]


def a_click_selects_a_record_and_what_led_to_it(browser):
    wanted = next(r for r in reversed(records) if r["kind"] == "told" and len(chain(r)) > 4)
    index = wanted["number"] - records[0]["number"]
    place = browser.ask("""const { run, select, xOf, yOf, diagram } = ringside, i = arguments[0];
        select(i); select(-1);
        const box = diagram.canvas.getBoundingClientRect();
        return [box.left + xOf(run.time[i]), box.top + yOf(run.lane[i])]""", index)
    for _ in range(12):
        browser.press("+")
    place = browser.ask("""const { run, select, xOf, yOf, diagram } = ringside, i = arguments[0];
        select(i); select(-1);
        const box = diagram.canvas.getBoundingClientRect();
        return [box.left + xOf(run.time[i]), box.top + yOf(run.lane[i])]""", index)
    browser.click_at(*place)
    got = browser.ask("return ringside.diagram.chain.map((i) => ringside.run.first + i)")
    assert got == chain(wanted), (got, chain(wanted))
    assert browser.text("#record") == (f"Record {wanted['number']}, step {wanted['step']}: "
                                       f"{wanted['text']}")
    listed = browser.ask("return [...document.querySelectorAll('#chain li')].map((i) => "
                         "i.textContent)")
    assert listed == [told(by_number[number]) for number in chain(wanted)[1:]][:199]
    browser.press("w")
    assert browser.ask("return ringside.run.first + ringside.diagram.selected") == wanted["cause"]
    browser.press("Enter")
    assert browser.ask("return ringside.clock.step") == by_number[wanted["cause"]]["step"]
    browser.press("Escape")
    assert browser.ask("return ringside.diagram.selected") == -1


def its_address_leads_back_to_the_moment(browser):
    middle, chosen = records[len(records) // 3]["step"], records[len(records) // 4]["number"]
    browser.call("POST", "/url", {"url": "about:blank"})
    browser.open(f"{page}#step={middle}&record={chosen}&filter=n1")
    assert browser.text("#now") == last_of_step[middle]["text"]
    assert browser.ask("return ringside.run.first + ringside.diagram.selected") == chosen
    assert browser.ask("return ringside.filter.text") == "n1"
    browser.press("ArrowRight")
    browser.wait_for("return location.hash === arguments[0]",
                     f"#step={middle + 1}&record={chosen}&filter=n1")
    browser.call("POST", "/url", {"url": "about:blank"})
    browser.open(f"{page}#step=nonsense&record=999999999")
    assert browser.text("#now") == last_of_step[records[0]["step"]]["text"]


def the_checks_and_their_stories_are_those_of_the_report(browser):
    text, stories = open(report, encoding="utf-8").read(), []
    for verdict, name in browser.ask("""return ringside.run.checks.map((check) =>
            [check.verdict, check.name])"""):
        assert re.search(rf"^  {'FAILS' if verdict == 'violated' else verdict} +{re.escape(name)}",
                         text, re.M | re.I), (verdict, name)
    for told_of in text.split("How it came about:\n")[1:]:
        lines = re.match(r"(?: {10}(?:  |=>) +\d+\.\d{6} .*\n)+", told_of)[0].splitlines()
        stories.append([re.sub(r"^ *(=>)? *", "", line) for line in lines])
    shown = browser.ask("""return [...document.querySelectorAll('#checks details')].map((story) =>
        [...story.querySelectorAll('button')].map((button) => button.textContent))""")
    assert len(shown) == len(stories)
    for got, want in zip(shown, stories):
        assert got == want, next(pair for pair in zip(got, want) if pair[0] != pair[1])
    if shown:
        browser.click("#checks summary")
        browser.wait_for("return ringside.diagram.chain.length === arguments[0]", len(shown[0]))
        browser.click("#checks summary")
    return stories


def the_filter_finds_what_the_trace_has(browser):
    word = "stores"
    browser.press("/")
    browser.press(*word)
    want = [r["number"] for r in records
            if word in f"{r['actor']} {r['kind']} {r['text']}".lower()]
    got = browser.ask("return [...ringside.filter.list].map((i) => ringside.run.first + i)")
    assert want and got == want
    assert browser.text("#matches") == f"{len(want)} of {len(records)}"
    rows = browser.ask("return [...document.querySelectorAll('#log [role=option]')].map((row) => "
                       "row.textContent)")
    assert rows and all(word in row for row in rows)
    browser.ask("document.getElementById('filter').value = '';"
                "document.getElementById('filter').dispatchEvent(new Event('input'));"
                "document.activeElement.blur()")


def nodes_are_what_their_records_say(browser):
    for record in records:
        if record["kind"] == "crash":
            state = browser.ask("""const { run, nodeAtStep } = ringside;
                return run.states[nodeAtStep(run.lanes.indexOf(arguments[0]), 'state',
                    arguments[1])]""", record["actor"], record["step"])
            assert state == "down", (record, state)
        if record["kind"] == "ready":
            value = browser.ask("""const { run, nodeAtStep } = ringside;
                const node = run.lanes.indexOf(arguments[0]);
                return [run.states[nodeAtStep(node, 'state', arguments[1])],
                        nodeAtStep(node, 'keys', arguments[1])]""", record["actor"], record["step"])
            assert value == ["up", record["fields"]["keys"]], (record, value)


def it_plays_and_pauses(browser):
    browser.press("Home", " ")
    browser.wait_for("return ringside.clock.time > 1e6")
    browser.press(" ")
    time = browser.ask("return ringside.clock.time")
    assert browser.text("#play") == "Play"
    assert time == browser.ask("return new Promise((done) => setTimeout(() => "
                               "done(ringside.clock.time), 300))")


def whoever_wants_no_movement_gets_few_jumps(browser):
    emulate(browser, "prefers-reduced-motion", "reduce")
    browser.press("Home", " ")
    moments = browser.ask("""return new Promise((done) => {
        const seen = new Set(), end = performance.now() + 1900;
        const look = () => { seen.add(ringside.clock.time);
            if (performance.now() < end) requestAnimationFrame(look); else done(seen.size); };
        look(); })""")
    browser.press(" ")
    emulate(browser, "prefers-reduced-motion", "no-preference")
    assert 2 <= moments <= 5, moments


def emulate(browser, feature, value):
    browser.call("POST", "/goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": {
        "features": [{"name": feature, "value": value}]}})


def both_colour_schemes_can_be_read(browser):
    backgrounds = set()
    for scheme in ("light", "dark"):
        emulate(browser, "prefers-color-scheme", scheme)
        colours = browser.ask("""const style = getComputedStyle(document.documentElement);
            return Object.fromEntries(['background', 'pane', 'text', 'faint', 'accent', 'warn',
                'bad', 'good'].map((name) => [name, style.getPropertyValue('--' + name).trim()]))""")
        for name in ("text", "faint", "accent", "warn", "bad", "good"):
            for ground in ("background", "pane"):
                ratio = contrast(colours[name], colours[ground])
                assert ratio >= 4.5, (scheme, name, ground, ratio)
        browser.ask("return new Promise((done) => requestAnimationFrame(() => "
                    "requestAnimationFrame(done)))")
        backgrounds.add(tuple(browser.ask("""const { canvas } = ringside.diagram;
            return [...canvas.getContext('2d').getImageData(2, canvas.height - 3, 1, 1).data]""")))
    assert len(backgrounds) == 2, "the diagram does not follow the colour scheme"


def everything_can_be_reached_by_tab(browser):
    names = set()
    browser.ask("document.activeElement.blur()")
    for _ in range(40):
        browser.press("Tab")
        names.add(browser.ask("""const at = document.activeElement;
            return at.id && getComputedStyle(at).outlineStyle !== 'none' ? at.id : ''"""))
    wanted = {"start", "previous", "back", "play", "forward", "next", "end", "slower", "faster",
              "wider", "closer", "whole", "filter", "help", "step", "diagram", "log"}
    assert wanted <= names, wanted - names
    nameless = browser.ask("""return [...document.querySelectorAll('button, input, canvas, [role]')]
        .filter((e) => !e.ariaHidden && !(e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length))
        .map((e) => e.outerHTML).filter((html) => !html.includes('status'))""")
    assert not nameless, nameless


def the_diagram_is_drawn_and_fast(browser):
    browser.press("0", "End")
    colours = browser.ask("""ringside.drawDiagram();
        const { canvas } = ringside.diagram, seen = new Set();
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        for (let i = 0; i < data.length; i += 4)
            seen.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
        return seen.size""")
    assert colours > 10, f"the diagram has {colours} colours"
    spent = browser.ask("""const { diagram, drawDiagram } = ringside, begun = performance.now();
        for (let i = 0; i < 3; i++) { diagram.isBaseOld = true; drawDiagram(); }
        return (performance.now() - begun) / 3""")
    assert spent < 400, f"{spent} ms for a drawing of {len(records)} records"
    return spent


TESTS = [it_is_the_same_run, every_record_is_there, it_steps_and_scrubs_by_keys,
         a_click_in_the_overview_goes_there,
         a_click_selects_a_record_and_what_led_to_it,
         its_address_leads_back_to_the_moment,
         the_checks_and_their_stories_are_those_of_the_report, the_filter_finds_what_the_trace_has,
         nodes_are_what_their_records_say, it_plays_and_pauses,
         whoever_wants_no_movement_gets_few_jumps, both_colour_schemes_can_be_read,
         everything_can_be_reached_by_tab, the_diagram_is_drawn_and_fast, nothing_is_fetched]

with Browser() as chromium:
    chromium.open(page)
    for test in TESTS:
        test(chromium)
        errors = chromium.errors()
        assert not errors or test is nothing_is_fetched, errors
        print("#", test.__name__.replace("_", " "))
