"""A report as one self-contained HTML page: no script, no outside resource."""

import re
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from messages_conformance.report import (
    chances,
    detection,
    deviations,
    legend,
    observed,
    tally,
    view,
)
from messages_conformance.report.escape import visible
from messages_conformance.report.report import Report
from messages_conformance.report.sentence import extent, first_sentence, provenance


def render(report: Report) -> str:
    """Format a report as HTML; the template escapes all that others wrote in it."""
    return _environment().get_template("report.html.j2").render(report=report)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("messages_conformance.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters["breakable"] = _breakable
    environment.globals.update(
        view=view,
        observed=observed,
        deviations=deviations,
        chances=chances,
        legend=legend,
        tally_headings=tally.HEADINGS,
        first_sentence=first_sentence,
        provenance=provenance,
        extent=extent,
        power_heading=detection.HEADING,
        power_legend=detection.LEGEND,
    )
    return environment


def _breakable(name: str) -> Markup:
    """An id that a narrow column may break after its own marks."""
    return Markup("<wbr>").join(re.split(r"(?<=[/_+-])", visible(name)))


def _shown(value: Any) -> str:
    """Spell out what would steer a reader in whatever the template prints."""
    return value if isinstance(value, Markup) else visible(str(value))
