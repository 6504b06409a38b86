"""What changed between two revisions of a page, as a change log: text, Markdown or JSON."""

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from messages_conformance.claims.changes import Change, Changes, RowChange
from messages_conformance.claims.page import Host, Model, Row
from messages_conformance.display import one_line, plural
from messages_conformance.rendering.markdown_escape import code, markdown
from messages_conformance.report.revision_impact import Impact, Shift

_WIDTH = 100
"""Characters of a line."""

_CHANGED = (
    (Change.FLIPPED, "Flipped", "the page says otherwise now"),
    (Change.NARROWED, "Narrowed", "supported before; now the page names what is missing"),
    (Change.WIDENED, "Widened", "what was missing is there now"),
    (Change.STATED, "Newly stated", "the page said nothing before"),
    (Change.WITHDRAWN, "No longer stated", "the page has the row, and does not say any more"),
)
_NO_MEASUREMENT = {"simulated": "simulated by the reference endpoint, no measurement of the vendor"}


@dataclass(frozen=True)
class _Item:
    """One change: what it is about, what is said of it, and the particulars."""

    name: str
    says: str = ""
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Part:
    """Changes of one kind, under their heading."""

    heading: str
    note: str
    items: tuple[_Item, ...]


def to_text(changes: Changes, impact: Impact) -> str:
    """Render it for a terminal."""
    lines = [_title(changes), *_wrapped(_gist(changes, impact), 0)]
    for part in _parts(changes, impact):
        lines += ["", part.heading, *_wrapped(part.note, 2)]
        width = min(36, max((len(one_line(item.name)) for item in part.items), default=0))
        for item in part.items:
            lines += _wrapped(f"{one_line(item.name):{width}}  {one_line(item.says)}", 2, 4)
            for detail in item.details:
                lines += _wrapped(one_line(detail), 6, 8)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def to_markdown(changes: Changes, impact: Impact) -> str:
    """Render it for a page."""
    lines = [f"# {markdown(_title(changes))}", "", markdown(_gist(changes, impact))]
    for part in _parts(changes, impact):
        lines += ["", f"## {markdown(part.heading)}", ""]
        lines += [markdown(part.note), ""] if part.note else []
        for item in part.items:
            says = f": {markdown(item.says)}" if item.says else ""
            lines.append(f"- {code(item.name)}{says}")
            lines += [f"  - {markdown(detail)}" for detail in item.details]
    return "\n".join(lines) + "\n"


def to_document(changes: Changes, impact: Impact) -> dict[str, Any]:
    """Render it as JSON, as ``schemas/revision-changes.schema.json`` has it."""
    return {
        "target": changes.after.target.id,
        "before": _page(changes, later=False),
        "after": _page(changes, later=True),
        "rows": {
            "gone": [_row_document(row) for row in changes.gone],
            "new": [_row_document(row) for row in changes.new],
            **{change.value: [_changed(r) for r in changes.changed(change)] for change in Change},
            "for_some_models": [_changed(row) for row in changes.for_some_models],
            "limits": [_changed(row) for row in changes.limits],
            "reworded": [_changed(row) for row in changes.reworded],
        },
        "models": {
            "gone": [model.id for model in changes.models_gone],
            "new": [model.id for model in changes.models_new],
            "changed": [
                {"field": c.field, "before": c.before, "after": c.after, "models": list(c.models)}
                for c in changes.models_changed
            ],
        },
        "hosts": {
            "gone": [host.base_url for host in changes.hosts_gone],
            "new": [host.base_url for host in changes.hosts_new],
        },
        "recorded": {
            "evidence": impact.evidence.value,
            "models": list(impact.models),
            "models_gone": list(impact.models_gone),
            "verdicts": [_shift_document(shift) for shift in impact.shifts],
        },
    }


def _title(changes: Changes) -> str:
    before, after = changes.before, changes.after
    return f"{after.target.name}: what changed from {before.dated} to {after.dated}"


def _gist(changes: Changes, impact: Impact) -> str:
    """All of it in a sentence of counts."""
    rows = [
        f"{len(changes.gone)} gone",
        f"{len(changes.new)} new",
        *(
            f"{len(found)} {heading.lower()} ({', '.join(row.id for row in found)})"
            for change, heading, _ in _CHANGED
            if (found := changes.changed(change))
        ),
        f"{len(changes.for_some_models)} with another claim for some models",
        f"{len(changes.limits)} with other limits",
        f"{len(changes.reworded)} reworded",
    ]
    models = f"{len(changes.models_gone)} gone, {len(changes.models_new)} new"
    shown = ", ".join(one for one in rows if not one.startswith("0 "))
    return f"Rows: {shown or 'the same'}. Models: {models}. {_recorded(impact)}."


def _recorded(impact: Impact) -> str:
    """What it means for recorded verdicts, in a clause."""
    if not impact.models:
        return "Recorded verdicts: none of this target there"
    lost = sum(len(shift.models) for shift in impact.lost_promises)
    changed = sum(len(shift.models) for shift in impact.changed)
    return (
        f"Recorded verdicts: {lost:,} rest on a promise no longer made, "
        f"{changed:,} come out differently"
    )


def _parts(changes: Changes, impact: Impact) -> Iterator[_Part]:
    """All parts that hold something."""
    yield from filter(lambda part: part.items, _of_rows(changes))
    yield from filter(lambda part: part.items, _of_recordings(impact))
    yield from filter(lambda part: part.items, _of_models(changes))
    if changes.reworded:
        yield _reworded(changes)


def _of_rows(changes: Changes) -> Iterator[_Part]:
    for change, heading, note in _CHANGED:
        yield _rows(heading, note, changes.changed(change))
    yield _rows(
        "Changed for some models",
        "the row's own claim is the same; for these models on both pages it is not",
        changes.for_some_models,
    )
    yield _rows("Limits", "same claim; another range, or other missing parts", changes.limits)
    for claim in dict.fromkeys(row.claim for row in changes.before.rows):
        gone = [row for row in changes.gone if row.claim is claim]
        yield _Part(
            f"Gone: {claim} before ({len(gone)})",
            "the page does not have these rows any more, so it promises nothing of them",
            tuple(_Item(row.id, row.words) for row in gone),
        )
    yield _Part(
        f"New ({len(changes.new)})",
        "",
        tuple(_Item(row.id, f"{row.claim}: {row.words}", _lacks(row)) for row in changes.new),
    )


def _reworded(changes: Changes) -> _Part:
    return _Part(
        f"Reworded ({len(changes.reworded)})",
        "the same is promised in other words",
        tuple(
            _Item(row.id, "", (f"before: {row.before.words}", f"now: {row.after.words}"))
            for row in changes.reworded
        ),
    )


def _rows(heading: str, note: str, rows: tuple[RowChange, ...]) -> _Part:
    return _Part(f"{heading} ({len(rows)})", note, tuple(map(_item, rows)))


def _item(row: RowChange) -> _Item:
    claims = row.before.claim, row.after.claim
    says = " → ".join(dict.fromkeys(claims))
    details = [f"before: {row.before.words}", f"now: {row.after.words}"]
    if row.ranges:
        details.append(" → ".join(f"range {one}" if one else "no range" for one in row.ranges))
    if row.lacks_differ:
        details += _lacks(row.after) or ("nothing is named as missing any more",)
    for change in row.models:
        if (change.before, change.after) != claims:
            models = f"{plural(len(change.models), 'model')} on both pages"
            details.append(
                f"{change.before} → {change.after} for {models}: {', '.join(change.models)}"
            )
    return _Item(row.id, says, tuple(details))


def _lacks(row: Row) -> tuple[str, ...]:
    return tuple(f"missing, as the page says: {lack.words}" for lack in row.lacks)


def _of_models(changes: Changes) -> Iterator[_Part]:
    gone, new = changes.models_gone, changes.models_new
    yield _Part(f"Models gone ({len(gone)})", "", _by_series(gone))
    yield _Part(f"Models new ({len(new)})", "", _by_series(new))
    yield _Part(
        "Models of which the page says otherwise",
        "",
        tuple(
            _Item(
                change.field,
                f"{_value(change.before)} → {_value(change.after)}",
                (", ".join(change.models),),
            )
            for change in changes.models_changed
        ),
    )
    yield _Part("Addresses gone", "", tuple(map(_host, changes.hosts_gone)))
    yield _Part("Addresses new", "", tuple(map(_host, changes.hosts_new)))


def _by_series(models: Iterable[Model]) -> tuple[_Item, ...]:
    series: dict[str, list[str]] = {}
    for model in models:
        series.setdefault(model.series, []).append(model.id)
    return tuple(_Item(name, ", ".join(ids)) for name, ids in series.items())


def _value(value: object) -> str:
    return "not said" if value is None else str(value).lower()


def _host(host: Host) -> _Item:
    return _Item(host.base_url, ", ".join(filter(None, (host.region, host.plan, host.note))))


def _of_recordings(impact: Impact) -> Iterator[_Part]:
    """What it means for the verdicts that are recorded."""
    evidence = _NO_MEASUREMENT.get(impact.evidence, impact.evidence)
    of = f"{plural(len(impact.models), 'recorded model')}, {evidence}"
    lost = impact.lost_promises
    number = sum(len(shift.models) for shift in lost)
    yield _Part(
        "Recorded verdicts that rest on a promise no longer made "
        f"({plural(number, 'verdict')}, {plural(len(lost), 'row')})",
        of,
        tuple(map(_shift, lost)),
    )
    yield _Part("Recorded verdicts that the page changes", of, tuple(map(_shift, impact.changed)))
    yield _Part(
        f"Recorded verdicts on rows that are gone and promised nothing ({len(impact.lost_rows)})",
        of,
        tuple(map(_shift, impact.lost_rows)),
    )
    yield _Part(
        "Recorded models that are gone",
        "the later page does not name them, so it promises nothing of them",
        tuple(map(_Item, impact.models_gone)),
    )


def _shift(shift: Shift) -> _Item:
    after = f" → {shift.after.name}" if shift.after else ""
    models = plural(len(shift.models), "model")
    return _Item(shift.row, f"{shift.before.name}{after}, {models} (claimed {shift.claim} before)")


def _wrapped(text: str, indent: int, hanging: int | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent if hanging is None else hanging),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _page(changes: Changes, *, later: bool) -> dict[str, Any]:
    page = changes.after if later else changes.before
    return {
        "date": page.date.isoformat(),
        "date_is": page.date_is,
        "title": page.title,
        "url": page.url,
        "rows": len(page.rows),
        "models": len(page.models),
    }


def _row_document(row: Row) -> dict[str, Any]:
    return {
        "row": row.id,
        "claim": row.claim.value,
        "words": row.words,
        "lacks": [asdict(lack) for lack in row.lacks],
    }


def _changed(row: RowChange) -> dict[str, Any]:
    return {
        "row": row.id,
        "before": _side(row.before),
        "after": _side(row.after),
        "models": [
            {"before": c.before.value, "after": c.after.value, "models": list(c.models)}
            for c in row.models
        ],
    }


def _side(row: Row) -> dict[str, Any]:
    document = _row_document(row)
    del document["row"]
    return {**document, "range": str(row.range) if row.range else None}


def _shift_document(shift: Shift) -> dict[str, Any]:
    return {
        "row": shift.row,
        "claim": shift.claim.value,
        "before": shift.before.name,
        "after": shift.after.name if shift.after else None,
        "rests_on_a_lost_promise": shift.lost_promise,
        "models": list(shift.models),
    }
