"""A report as one self-contained HTML page, with no outside resource; it works without scripts."""

import base64
import hashlib
import re
from dataclasses import replace
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from messages_conformance.display import visible
from messages_conformance.rendering import (
    curl,
    deviations,
    entries,
    flaky,
    legend,
    matrix,
    promises,
    reported,
    tally,
    wire_table,
)
from messages_conformance.rendering.headline import extent, first_sentence, provenance_facts
from messages_conformance.rendering.model_names import name_models
from messages_conformance.report import detection
from messages_conformance.report.causes import Cause, causes
from messages_conformance.report.report import Judged, Observation, Report, TargetReport


def render(report: Report) -> str:
    """Format a report as HTML; the template escapes text of others in it."""
    environment = _environment()
    # Both are our own, and hold nothing of a report.
    style = Markup(environment.get_template("report.css").render())  # noqa: S704
    script = Markup(environment.get_template("report.js").render())  # noqa: S704
    return environment.get_template("report.html.j2").render(
        report=report, style=style, script=script, security_policy=_security_policy(style, script)
    )


def _security_policy(style: str, script: str) -> str:
    """What a browser may do with the page: apply its one style, run its one script, no more."""
    return (
        f"default-src 'none'; style-src 'sha256-{_digest(style)}'; "
        f"script-src 'sha256-{_digest(script)}'; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _problems(target: TargetReport) -> tuple[Cause, ...]:
    """The problems that are not accepted as known, grouped by cause."""
    found = (
        replace(cause, judged=tuple(j for j in cause.judged if not entries.is_accepted(j)))
        for cause in causes(target)
    )
    return tuple(cause for cause in found if cause.judged)


def _link(judged: Judged) -> str:
    """The end of the id of what is said of a cell, or of the rules that an inspection found."""
    if isinstance(judged, Observation):
        return "rules"
    verdict = judged.verdict.name.replace(" ", "-")
    return f"{judged.row_id}/{verdict}/{entries.anchor(judged)}"


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
    environment.globals.update(
        deviations=deviations,
        entries=entries,
        flaky=flaky,
        legend=legend,
        matrix=matrix,
        problems=_problems,
        link=_link,
        how_to_show=curl.how_to_show,
        name_models=name_models,
        promises=promises,
        reported=reported,
        tally=tally,
        wire_table=wire_table,
        first_sentence=first_sentence,
        provenance_facts=provenance_facts,
        extent=extent,
        power_heading=detection.HEADING,
        power_legend=detection.LEGEND,
    )
    return environment


def _coded(words: str) -> Markup:
    """Our own words with what stands in backquotes as code."""
    pieces = re.split(r"`([^`]+)`", visible(words))
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if number % 2 else escape(piece)
        for number, piece in enumerate(pieces)
    )


def _breakable(name: str) -> Markup:
    """An id that may be broken after its separators in a narrow column."""
    return Markup("<wbr>").join(re.split(r"(?<=[/_+-])", visible(name)))


def _shown(value: Any) -> str:
    """Escape control characters in all that the template prints."""
    return value if isinstance(value, Markup) else visible(str(value))
