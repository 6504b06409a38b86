"""A page for an endpoint that has none: another's claims, under the endpoint's own name and models.

What somebody types about an endpoint of their own (`OwnEndpoint`) becomes a `Revision` like any
other, and a claims file that whoever reads the recordings later will find beside them.
"""

import datetime
import re
import textwrap
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from messages_conformance.claims import library
from messages_conformance.claims.base_url import check_url
from messages_conformance.claims.document import to_document
from messages_conformance.claims.page import Model, Revision, Row, Series
from messages_conformance.claims.selection import Chosen, Selection, newest_with
from messages_conformance.errors import ClaimsError, RunError

if TYPE_CHECKING:
    import tomlkit.items

GENUINE = "anthropic"
"""The target whose claims an endpoint is judged by unless another is named."""
_PATTERN = re.compile(r"[*?\[]")
_LOOPBACK = re.compile(r"localhost|127\.|\[::1\]|0\.0\.0\.0")
_WIDTH = 96


@dataclass(frozen=True)
class OwnEndpoint:
    """What was said of an endpoint that no claims file describes; None and empty say nothing."""

    base_url: str = ""
    name: str = ""
    thinks: bool | None = None
    sees: bool | None = None
    context: int | None = None
    """In tokens."""
    aliases: tuple[str, ...] = ()
    """Further names under which the endpoint may answer for its model."""
    temperature: float | None = None
    """Sent with every request whose probe sets none."""

    @property
    def is_described(self) -> bool:
        """Whether more is known of it than its address."""
        return replace(self, base_url="") != NOTHING_SAID


NOTHING_SAID = OwnEndpoint()


def describe(selection: Selection, own: OwnEndpoint, address: str = "") -> Chosen | None:
    """What to ask of an endpoint of one's own; None if a claims file has it as it is.

    ``address`` is where it is found if ``own`` does not say. A claims file has it if its target is
    named, or known by its address, and has all models that are chosen, and if nothing else was
    said of it. Otherwise a page is derived: the rows and claims of the target that is named, else
    of the genuine API, and the models that are chosen. At a vendor's own address no model is
    made up: there, an unknown name is a mistake.

    Raises:
        ClaimsError: there is no such target, revision or row.
        RunError: the model is not named, or something is said of an endpoint without an address.
        SetupError: the address is no base URL.
    """
    url = own.base_url or address
    if not url:
        if own.is_described:
            raise RunError(
                "--name, --thinks, --sees, --context, --alias and --temperature describe an "
                "endpoint of your own: give its address with --base-url or ANTHROPIC_BASE_URL"
            )
        return None
    check_url(url)
    own = replace(own, base_url=url)
    there = library.known(selection.claims)
    at = _at(there, url, selection)
    named = selection.targets or at
    base = _base(there, (named or (GENUINE,))[0], selection)
    has_all = all(map(base.has_model, selection.models))
    has_all = has_all and all(map(base.has_series, selection.series))
    is_vendors = named == at or (bool(selection.targets) and address == url)
    if named and (has_all or is_vendors) and not own.is_described:
        return None
    if not has_all or not (selection.models or selection.series or named):
        models = _models_named(selection, own)
    else:
        models = base.select_models(selection.models, selection.series)
    return _chosen(derive(base, own, models, there.targets), selection)


def derive(
    base: Revision, own: OwnEndpoint, models: Sequence[Model], taken: Sequence[str] = ()
) -> Revision:
    """A page with the rows and claims of another, for an endpoint of one's own.

    ``taken`` are ids of targets that its id must not be.
    """
    id, name = _identify(own, taken)
    defaults = dict(base.target.defaults)
    if own.temperature is not None:
        defaults["temperature"] = own.temperature
    series = _series(base, models, own)
    kept = {group.id for group in series} | {model.id for model in models}
    return replace(
        base,
        target=replace(
            base.target,
            id=id,
            name=name,
            base_url=own.base_url.rstrip("/"),
            defaults=MappingProxyType(defaults),
            hosts=(),
        ),
        note=(
            f"{name} has no page of its own here. It is held against what {base.target.name} "
            f"says of its API, as of {base.dated}: a row that falls short breaks no promise of "
            f"{name}, unless it claims to be compatible in this. Of that page: {base.note}"
        ),
        series=series,
        rows=tuple(_with_exceptions_of(row, kept) for row in base.rows),
    )


def with_thinking_unasked(page: Revision, models: Collection[str]) -> Revision:
    """The page with what was seen of some of its models: that they think unasked."""
    return replace(
        page,
        series=tuple(
            replace(
                series,
                models=tuple(
                    replace(model, thinks=True, thinks_unasked=True)
                    if model.id in models
                    else model
                    for model in series.models
                ),
            )
            for series in page.series
        ),
    )


def as_own(page: Revision, date: datetime.date, base: Revision) -> Revision:
    """A derived page as the first claims file of an endpoint: of this date, and its own."""
    name = page.target.name
    return replace(
        page,
        date=date,
        date_is="exact",
        title=f"{name}: Messages API",
        url=page.target.base_url,
        note=(
            f"Begun from what {base.target.name} says of its API, as of {base.dated}. Write here "
            f"what your own documentation says, and where it is found."
        ),
    )


def to_toml(page: Revision, heading: str = "", notes: Mapping[str, str] | None = None) -> str:
    """Write a page as a claims file, commented.

    ``heading`` is a comment at its top; ``notes`` are comments above ``target``, ``revision``,
    ``section``, ``series`` and ``row``. Lines are wrapped.
    """
    return "\n".join(_parts(page, heading, notes or {}))


def _parts(page: Revision, heading: str, notes: Mapping[str, str]) -> Iterator[str]:
    document = to_document(page)
    document["revision"]["date"] = page.date
    titles = {section.id: section.title for section in page.sections}
    if heading:
        yield _comment(heading)
    for name in ("target", "revision"):
        yield f"{_comment(notes.get(name, ''))}[{name}]\n{_entries(document[name])}"
    for name in ("section", "series"):
        tables = "\n".join(f"[[{name}]]\n{_entries(entry)}" for entry in document[name])
        yield _comment(notes.get(name, "")) + tables
    yield _comment(notes.get("row", ""))
    previous = ""
    for row, written in zip(page.rows, document["row"], strict=True):
        if row.section != previous:
            previous = row.section
            yield f"# -------- {titles[row.section]}\n"
        yield f"[[row]]\n{_entries(written)}"


def _entries(table: Mapping[str, Any]) -> str:
    """The keys and values of a table, one a line: tables inside it stand in braces."""
    import tomlkit  # takes a while, and is needed for endpoints without claims only

    document = tomlkit.document()
    for name, value in table.items():
        document.add(name, _in_braces(value))
    return document.as_string()


def _in_braces(value: Any) -> "tomlkit.items.Item":
    import tomlkit.items

    if isinstance(value, Mapping):
        table = tomlkit.inline_table()
        table.update({name: _in_braces(inner) for name, inner in value.items()})
        return table
    if isinstance(value, list):
        items = tomlkit.array()
        items.extend(map(_in_braces, value))
        items.multiline(any(isinstance(inner, Mapping) for inner in value))
        return items
    item: tomlkit.items.Item = tomlkit.item(value)
    return item


def _comment(text: str) -> str:
    """Text as comment lines; each of its lines begins one, with its indent, and is wrapped."""
    lines: list[str] = []
    for line in text.splitlines():
        indent = " " * (len(line) - len(line.lstrip()))
        lines += textwrap.wrap(line, _WIDTH, subsequent_indent=indent) or [""]
    return "".join(f"# {line}".rstrip() + "\n" for line in lines)


def _at(there: library.Library, base_url: str, selection: Selection) -> tuple[str, ...]:
    """The one known target that has this address; none if there are several.

    What listens on a port of this machine may be anything; it counts as a target only if it is
    asked for models of that target, or for none.
    """
    netloc = urlsplit(base_url).netloc.rpartition("@")[2]
    pages = [library.read(there.of(id)[0]) for id in there.targets]
    if _LOOPBACK.match(netloc):
        pages = [page for page in pages if all(map(page.has_model, selection.models))]
    found = [page.target.id for page in pages if page.target.is_at(netloc)]
    return tuple(found) if len(found) == 1 else ()


def _base(there: library.Library, id: str, selection: Selection) -> Revision:
    if selection.revision:
        return library.read(there.get(id, selection.revision))
    return newest_with(there.of(id), selection)


def _models_named(selection: Selection, own: OwnEndpoint) -> tuple[Model, ...]:
    """Models that no page has, by the names that were given."""
    if not selection.models or selection.series:
        raise RunError(
            "name the model as your endpoint calls it: --model NAME (may be repeated)"
            + ("; --series chooses models of a known target" if selection.series else "")
        )
    if patterns := [name for name in selection.models if _PATTERN.search(name)]:
        raise RunError(
            f"--model {patterns[0]!r} is a pattern, and no claims file lists the models of "
            f"{own.base_url}: name each model in full"
        )
    return tuple(Model(id, "", thinks=False) for id in dict.fromkeys(selection.models))


def _series(base: Revision, models: Sequence[Model], own: OwnEndpoint) -> tuple[Series, ...]:
    """The models in their series, with what was said of them; unknown ones in one of their own."""
    said = {
        name: value
        for name, value in (
            ("thinks", own.thinks),
            ("sees", own.sees),
            ("context", own.context),
            ("aliases", own.aliases or None),
        )
        if value is not None
    }
    names = {series.id: series.name for series in base.series} | {"": "Models"}
    groups: dict[str, list[Model]] = {}
    for model in models:
        groups.setdefault(model.series, []).append(model)
    return tuple(
        Series(
            id or "models",
            names[id],
            tuple(replace(model, series=id or "models", **said) for model in group),  # type: ignore[arg-type]
        )
        for id, group in groups.items()
    )


def _with_exceptions_of(row: Row, kept: set[str]) -> Row:
    exceptions = {id: claim for id, claim in row.exceptions.items() if id in kept}
    return replace(row, exceptions=MappingProxyType(exceptions))


def _identify(own: OwnEndpoint, taken: Sequence[str]) -> tuple[str, str]:
    """Its id and its name: as given, else its host."""
    name = own.name.strip() or urlsplit(own.base_url).netloc.rpartition("@")[2]
    id = slug(name) or "endpoint"
    return (f"own-{id}" if id in taken else id), name


def slug(name: str) -> str:
    """A name in the form of a target's id: small letters, digits, dots and hyphens."""
    return re.sub(r"[^a-z0-9._]+", "-", name.lower()).strip("-._")


def _chosen(page: Revision, selection: Selection) -> Chosen:
    rows = page.select_rows(selection.of_pages) if selection.of_pages or not selection.rows else ()
    if missing := [one for one in selection.of_pages if not page.has_row(one)]:
        raise ClaimsError(
            f"no row matches {missing[0]!r}; 'messages-conformance rows --target {GENUINE}' "
            "lists those of the genuine API"
        )
    return Chosen(page, page.models, rows, selection.rows)
