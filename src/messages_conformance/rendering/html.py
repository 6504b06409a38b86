"""A report as one self-contained HTML page: no script, no outside resource."""

import base64
import hashlib
import re
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from messages_conformance.display import visible
from messages_conformance.rendering import (
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
from messages_conformance.report import detection
from messages_conformance.report.report import Report


def render(report: Report) -> str:
    """Format a report as HTML; the template escapes text of others in it."""
    environment = _environment()
    style = Markup(environment.get_template("report.css").render())  # noqa: S704 (it is our own)
    return environment.get_template("report.html.j2").render(
        report=report, style=style, security_policy=_security_policy(style)
    )


def _security_policy(style: str) -> str:
    """What a browser may do with the page: apply its one style, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


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
        deviations=deviations,
        entries=entries,
        flaky=flaky,
        legend=legend,
        matrix=matrix,
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


def _breakable(name: str) -> Markup:
    """An id that may be broken after its separators in a narrow column."""
    return Markup("<wbr>").join(re.split(r"(?<=[/_+-])", visible(name)))


def _shown(value: Any) -> str:
    """Escape control characters in all that the template prints."""
    return value if isinstance(value, Markup) else visible(str(value))
