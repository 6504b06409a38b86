"""A report as one self-contained HTML page, with no outside resource; it works without scripts."""

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from messages_conformance.display import plural, visible
from messages_conformance.rendering import (
    curl,
    deviations,
    entries,
    flaky,
    legend,
    marked,
    promises,
    reported,
    row_details,
    side_by_side,
    tally,
)
from messages_conformance.rendering.headline import extent, first_sentence, provenance_facts
from messages_conformance.rendering.model_names import name_models
from messages_conformance.report import detection
from messages_conformance.report.causes import Cause, causes
from messages_conformance.report.excerpt import Excerpt
from messages_conformance.report.report import Report, TargetReport


def render(report: Report) -> str:
    """Format a report as HTML; the template escapes text of others in it."""
    environment = _environment()
    # Both are our own, and hold nothing of a report.
    style = Markup(environment.get_template("report.css.j2").render(widths=side_by_side.WIDTHS))  # noqa: S704
    script = Markup(environment.get_template("report.js").render())  # noqa: S704
    return environment.get_template("report.html.j2").render(
        report=report,
        matrix=side_by_side.side_by_side(report),
        rows=list(row_details.row_details(report)),
        style=style,
        script=script,
        security_policy=_security_policy(style, script),
    )


def _security_policy(style: str, script: str) -> str:
    """What a browser may do with the page: apply its one style, run its one script, no more."""
    return (
        f"default-src 'none'; style-src 'sha256-{_digest(style)}'; "
        f"script-src 'sha256-{_digest(script)}'; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _problems(target: TargetReport, *, accepted: bool) -> tuple[Cause, ...]:
    """The problems that are accepted as known, or those that are not, grouped by cause."""
    found = (
        replace(cause, judged=tuple(j for j in cause.judged if entries.is_accepted(j) is accepted))
        for cause in causes(target)
    )
    return tuple(cause for cause in found if cause.judged)


def _repeat(address: str, shown: Excerpt) -> str:
    """The command that sends a request again, to be pasted into a shell."""
    if shown.request is not None:
        return curl.portable_curl(address, shown.request)
    return f"{curl.how_to_show(shown.place)} | sh" if shown.place else ""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("messages_conformance.rendering"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters["breakable"] = _breakable
    environment.filters["coded"] = _coded
    environment.filters["marked"] = _marked
    environment.filters["met"] = _met
    environment.globals.update(
        answer_pieces=marked.answer_pieces,
        deviations=deviations,
        entries=entries,
        entry_id=side_by_side.entry_id,
        extent=extent,
        first_sentence=first_sentence,
        flaky=flaky,
        how_to_show=curl.how_to_show,
        legend=legend,
        name_models=name_models,
        plural=plural,
        power_heading=detection.HEADING,
        power_legend=detection.LEGEND,
        problems=_problems,
        promises=promises,
        provenance_facts=provenance_facts,
        repeat=_repeat,
        reported=reported,
        request_pieces=marked.request_pieces,
        tally=tally,
    )
    return environment


def _coded(words: str) -> Markup:
    """Our own words with what stands in backquotes as code."""
    pieces = re.split(r"`([^`]+)`", visible(words))
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if number % 2 else escape(piece)
        for number, piece in enumerate(pieces)
    )


def _marked(pieces: Iterable[marked.Piece]) -> Markup:
    """An exchange laid out, its decisive parts marked."""
    shown = []
    for is_marked, some in groupby(pieces, key=lambda piece: piece.marked):
        words = escape(visible("".join(piece.text for piece in some)))
        shown.append(Markup("<mark>{}</mark>").format(words) if is_marked else words)
    return Markup("").join(shown)


_ISSUE = re.compile(r"\b([A-Za-z0-9-]+/[A-Za-z0-9._-]+)#(\d+)\b")


def _met(says: str) -> Markup:
    """What a fault does, and where it was met: an issue that is named whole becomes a link."""
    pieces, at = [], 0
    for found in _ISSUE.finditer(says):
        pieces.append(_coded(says[at : found.start()]))
        pieces.append(
            Markup('<a href="https://github.com/{}/issues/{}" rel="noreferrer">{}</a>').format(
                found[1], found[2], found[0]
            )
        )
        at = found.end()
    return Markup("").join([*pieces, _coded(says[at:])])


def _breakable(name: str) -> Markup:
    """An id that may be broken after its separators in a narrow column."""
    return Markup("<wbr>").join(re.split(r"(?<=[/_+-])", visible(name)))


def _shown(value: Any) -> str:
    """Escape control characters in all that the template prints."""
    return value if isinstance(value, Markup) else visible(str(value))
