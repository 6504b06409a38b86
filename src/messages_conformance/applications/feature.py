"""A feature: something of the Messages API that an application uses, and the rows it rests on."""

from dataclasses import dataclass
from enum import StrEnum

from messages_conformance.traffic.calls.call import Part


class Loss(StrEnum):
    """What it means for an application that an endpoint does not have a feature."""

    NONE = "none"
    """Nothing is lost where it is ignored: it only accompanies a request."""
    PART = "part"
    """As with an edit, but a part of it is enough, unless the part that is lacking is needed."""
    EDIT = "edit"
    """The program has to be changed, and can be."""
    WHOLE = "whole"
    """Nothing in the program replaces it."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature, how it is recognised, and what holds it up."""

    id: str
    title: str
    marks: tuple[str, ...]
    """Marks of `applications.marks`; one that ends in ``*`` stands for all that begin so."""
    rows: tuple[str, ...]
    """The rows that it rests on; empty where no page and no suite has one."""
    loss: Loss
    edit: str
    """What a caller does instead, where the rows themselves say nothing."""
    part: Part = Part.BODY
    """The part of a log that shows it."""
    needs: tuple[str, ...] | None = None
    """Of the parts of a row that may be lacking, those that it needs, as ``tag`` or ``row:tag``;
    None needs all."""
    findings: tuple[str, ...] | None = None
    """On rows that are inspected: the beginnings of the rules that hurt it, however graded; None
    for whatever a current SDK stumbles over."""
    breaks_where_models_think: bool = False
    """Whether it breaks at a model that thinks without being asked to."""
    stays_behind: bool = False
    """Whether it belongs to where the program comes from, so that it changes wherever it goes."""
