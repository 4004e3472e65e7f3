"""Write the readiness of a box as one page for people: HTML that stands by itself, fit for A4.

What is to be mended stands first. No script, no picture, nothing from elsewhere; every light also
stands as a word. Pure; called by `readiness`.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from html import escape

from appliance.health.readiness import Facts, Light, Line
from appliance.records.age import show_date_time, show_day

TITLE = "Er nødboksen klar?"
_STYLE = """
body { font: 16px/1.45 system-ui, sans-serif; margin: 1rem auto; max-width: 60rem; padding: 0 1rem; color: #111; background: #fff }
h1 { font-size: 1.5rem; margin: 0 0 .25rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .4rem .5rem; border-bottom: 1px solid #999; overflow-wrap: anywhere }
td:not(:last-child) { white-space: nowrap }
td:first-child { font-weight: 700; border-left: .5rem solid }
.green td:first-child { border-left-color: #1a7f37 }
.amber td:first-child { border-left-color: #b35900; border-left-style: double }
.red td:first-child { border-left-color: #b00020; border-left-style: dotted }
@media (max-width: 40rem) { tr, td { display: block } td:not(:last-child) { white-space: normal } thead { display: none } td { border: 0; padding: .1rem .5rem } td:last-child { border-bottom: 1px solid #999; padding-bottom: .5rem } }
@media print { body { font-size: 9pt; line-height: 1.3; margin: 0; max-width: none } th, td { padding: .2rem .4rem } @page { size: A4; margin: 14mm } }
"""  # noqa: E501


def readiness_page(box_name: str, facts: Facts, lines: Sequence[Line]) -> bytes:
    """Return the page."""
    order = [Light.RED, Light.AMBER, Light.GREEN]
    rows = "\n".join(_row(line) for line in sorted(lines, key=lambda each: order.index(each.light)))
    counted = Counter(line.light for line in lines)
    summed = " · ".join(f"{light.word}: {counted[light]}" for light in order)
    whose = f"{box_name} · {facts.plan.municipality} · {show_date_time(facts.now)}"
    return f"""<!doctype html>
<html lang="da">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{TITLE}</title><style>{_STYLE}</style></head>
<body>
<h1>{TITLE}</h1>
<p><strong>{summed}</strong></p>
<p>{escape(whose)}</p>
<table>
<thead><tr><th>Stand</th><th>Hvad</th><th>Hvornår</th><th>Resultat</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
<p>Her står ingen borgere. Øvelser, testsider og prøver er dem, boksen selv har skrevet ned.</p>
</body>
</html>
""".encode()


def shown(at: datetime | date | None) -> str:
    """Write when something was, as people do; nothing where there is no date."""
    if at is None:
        return ""
    return show_date_time(at) if isinstance(at, datetime) else show_day(at)


def _row(line: Line) -> str:
    cells = (line.light.word, line.title, shown(line.at), line.said)
    told = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f'<tr class="{line.light.value}">{told}</tr>'
