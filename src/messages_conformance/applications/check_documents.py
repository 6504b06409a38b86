"""A check as JSON, Markdown and HTML."""

import json
from typing import Any

from jinja2 import Environment, StrictUndefined

from messages_conformance import __version__
from messages_conformance.applications import inventory_json
from messages_conformance.applications.check import Answer, FeatureAnswer
from messages_conformance.applications.check_view import View, cell, why
from messages_conformance.applications.feature_table import FEATURES
from messages_conformance.applications.inventory_text import notes
from messages_conformance.display import json_text, visible
from messages_conformance.rendering.markdown_escape import code, markdown


def to_json(view: View) -> str:
    """The whole answer, for machines."""
    check = view.check
    document: dict[str, Any] = {
        "suite_version": __version__,
        "target": check.revision.target.id,
        "revision": str(check.revision.date),
        "answer": check.answer.value,
        "rehearsal": check.rehearsal,
        "models": [
            {
                "model": model.model.id,
                "answer": model.answer.value,
                "counts": {answer.value: count for answer, count in model.counts.items()},
                **({"price": model.price} if model.price is not None else {}),
                "features": [_feature(each) for each in model.features],
            }
            for model in check.models
        ],
        "ask": [
            {
                "rows": list(asking.rows),
                "requests": asking.cost.requests,
                "tokens": asking.cost.tokens,
                "command": view.command(asking),
            }
            for asking in view.asking
        ],
        "inventory": inventory_json.to_document(check.inventory),
    }
    return json_text(json.dumps(document, indent=2, ensure_ascii=False)) + "\n"


def _feature(each: FeatureAnswer) -> dict[str, Any]:
    return {
        "feature": each.feature.id,
        "answer": each.answer.value,
        "row": each.known.row,
        "basis": each.known.basis.value,
        "behaviour": each.known.kind.value,
        "date": each.known.date,
        "why": each.known.words,
        "edit": each.edit,
    }


def to_markdown(view: View) -> str:
    """The whole answer as Markdown."""
    lines = [f"# {markdown(view.headline)}", "", markdown(view.basis), ""]
    models = [code(model.model.id) for model in view.shown]
    lines += [f"| feature | calls | {' | '.join(models)} |"]
    lines += [f"| --- | ---: |{' --- |' * len(models)}"]
    for number, use in enumerate(view.check.inventory.uses):
        answers = [model.features[number] for model in view.shown]
        title = answers[0].feature.title if answers else use.feature
        lines.append(f"| {markdown(title)} | {use.calls:,} | {' | '.join(map(cell, answers))} |")
    totals = [f"**{model.answer}**" for model in view.shown]
    lines.append(f"| **the application** | {view.check.inventory.calls:,} | {' | '.join(totals)} |")
    if edits := list(view.edits()):
        lines += ["", "## What to change", ""]
        for answer, places in edits:
            lines.append(f"- **{markdown(answer.feature.title)}**: {markdown(answer.edit)}  ")
            lines.append(f"  Because {markdown(why(answer))}.  ")
            lines.append(f"  At {markdown(places)}")
    if listed := list(view.open()):
        lines += ["", "## Not known", ""]
        for answer in listed:
            lines.append(f"- **{markdown(answer.feature.title)}**: {markdown(why(answer))}.  ")
            lines.append(f"  If it does not hold: {markdown(answer.edit)}")
        for asking in view.asking:
            lines += ["", f"```sh\n{visible(view.command(asking))}\n```"]
    lines += ["", *(f"{markdown(line)}\n" for line in notes(view.check.inventory))]
    return "\n".join(lines).rstrip() + "\n"


_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ view.headline }}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
table { border-collapse: collapse; }
th, td { padding: .25rem .75rem; text-align: left; border-bottom: 1px solid #ccc; }
.go { color: #05620e; } .changes { color: #7a4b00; } .no { color: #a30000; } .open { color: #555; }
</style>
</head>
<body>
<h1>{{ view.headline }}</h1>
<p>{{ view.basis }}</p>
<table>
<thead><tr><th scope="col">feature</th><th scope="col">calls</th>
{%- for model in view.shown %}<th scope="col">{{ model.model.id }}</th>{% endfor %}</tr></thead>
<tbody>
{%- for use in view.check.inventory.uses %}{% set number = loop.index0 %}
<tr><th scope="row">{{ titles[use.feature].title }}</th><td>{{ use.calls }}</td>
{%- for model in view.shown %}{% set each = model.features[number] %}
<td class="{{ classes[each.answer] }}" title="{{ why(each) }}">{{ cell(each) }}</td>
{%- endfor %}</tr>
{%- endfor %}
<tr><th scope="row">the application</th><td>{{ view.check.inventory.calls }}</td>
{%- for model in view.shown %}
<td class="{{ classes[model.answer] }}"><strong>{{ model.answer }}</strong></td>
{%- endfor %}</tr>
</tbody>
</table>
{%- set edits = view.edits() | list %}
{%- if edits %}
<h2>What to change</h2>
<ul>
{%- for each, places in edits %}
<li><strong>{{ each.feature.title }}</strong>: {{ each.edit }}<br>Because {{ why(each) }}.
<br><small>{{ places }}</small></li>
{%- endfor %}
</ul>
{%- endif %}
{%- set listed = view.open() | list %}
{%- if listed %}
<h2>Not known</h2>
<ul>
{%- for each in listed %}
<li><strong>{{ each.feature.title }}</strong>: {{ why(each) }}.
If it does not hold: {{ each.edit }}</li>
{%- endfor %}
</ul>
{%- for asking in view.asking %}<pre>{{ view.command(asking) }}</pre>{% endfor %}
{%- endif %}
{%- for line in notes %}
<p>{{ line }}</p>
{%- endfor %}
</body>
</html>
"""
_CLASSES = {
    Answer.GO: "go",
    Answer.CHANGES: "changes",
    Answer.NO_GO: "no",
    Answer.NOT_KNOWN: "open",
}


def to_html(view: View) -> str:
    """The whole answer as one self-contained page, without script."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, finalize=_shown)
    return environment.from_string(_PAGE).render(
        view=view,
        titles=FEATURES,
        classes=_CLASSES,
        cell=cell,
        why=why,
        notes=list(notes(view.check.inventory)),
    )


def _shown(value: Any) -> Any:
    """Control characters made visible in all that the page shows."""
    return visible(value) if type(value) is str else value
