"""Lets Mermaid itself, in a headless Chromium, read and draw a sequence diagram.

    run_mermaid.py mermaid.min.js DIAGRAM.mmd
"""
import json
import os
import re
import sys
import tempfile

from browser import Browser

library, diagram = os.path.abspath(sys.argv[1]), sys.argv[2]
text = open(diagram, encoding="utf-8").read()
arrows = len(re.findall(r"(->>|-x)", text))
notes = text.count("Note over")
with tempfile.TemporaryDirectory() as folder, Browser() as chromium:
    page = os.path.join(folder, "page.html")
    with open(page, "w", encoding="utf-8") as out:
        out.write(f'<!DOCTYPE html><meta charset="utf-8"><script src="file://{library}"></script>')
    chromium.open(page)
    drawn = chromium.ask(f"""mermaid.initialize({{startOnLoad: false, maxTextSize: 1e7}});
        return mermaid.render('drawing', {json.dumps(text)}).then(({{svg}}) => {{
            const holder = document.createElement('div');
            holder.innerHTML = svg;
            return [holder.querySelectorAll('.messageText').length,
                    holder.querySelectorAll('.noteText').length,
                    holder.querySelectorAll('.messageLine0, .messageLine1').length];
        }}, (error) => String(error))""")
assert isinstance(drawn, list), drawn
assert drawn[0] == drawn[2] == arrows and drawn[1] >= notes, (drawn, arrows, notes)
print(arrows, "messages,", notes, "notes")
