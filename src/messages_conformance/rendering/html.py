"""A report as one self-contained HTML page: no script, no outside resource."""

import re
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from messages_conformance.display import visible
from messages_conformance.rendering import deviations, flaky, legend, matrix, tally, wire_table
from messages_conformance.rendering.headline import extent, first_sentence, provenance
from messages_conformance.report import detection
from messages_conformance.report.report import Report


def render(report: Report) -> str:
    """Format a report as HTML; the template escapes all that others wrote in it."""
    return _environment().get_template("report.html.j2").render(report=report)


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
    environment.globals.update(
        view=matrix,
        observed=wire_table,
        deviations=deviations,
        chances=flaky,
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
