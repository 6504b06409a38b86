"""In which ways the input of a call is not what it should be, where the endpoint may have done it.

A model that copies an input may slip. What is told here are changes that leave all else as it
was: a value of one kind is lost, another form of the same value comes, a name is spelt otherwise.
"""

import ast
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from messages_conformance.probing.alphabets import is_masked, mistake_in

Call: TypeAlias = tuple[str, Any]
"""The name and the input of a call."""


def damage_of_calls(received: Sequence[Call], sent: Sequence[Call]) -> str | None:
    """What became of calls that were dictated, in words; None where nothing tells it.

    The empty string means that they came as they were dictated.
    """
    if _text(list(received)) == _text(list(sent)):  # In Python, true equals 1.
        return ""
    if [name for name, _ in received] != [name for name, _ in sent]:
        return None
    if swapped(received, sent):
        return "the inputs of two calls are swapped"
    found: list[str | None] = []
    for (name, given), (_, wanted) in zip(received, sent, strict=True):
        others = [one for _, one in sent if one != wanted]
        if given == {} and wanted:
            found.append(f"the input of {name} is lost")
        elif given in others:
            found.append(f"{name} is called with the input of another call")
        else:
            found += damage(given, wanted)
    if None in found:
        return None
    return "; ".join(dict.fromkeys(one for one in found if one))


def calls_left(received: Sequence[Call], sent: Sequence[Call]) -> list[str]:
    """The names of the calls that came, where they came as sent and others did not; else none."""
    names = [name for name, _ in received]
    left = [(name, given) for name, given in sent if name in names]
    came = [(name, _text(given)) for name, given in received]
    whole = came == [(name, _text(given)) for name, given in left]
    return names if whole and len(received) < len(sent) else []


def merged(received: Sequence[Call], sent: Sequence[Call]) -> bool:
    """Whether fewer calls came, and one of them has the inputs of several that were sent."""
    if len(received) >= len(sent):
        return False
    inputs = [wanted for _, wanted in sent if wanted]  # Every input has those of an empty one.
    return any(
        isinstance(given, dict) and sum(_holds(given, wanted, sent) for wanted in inputs) > 1
        for _, given in received
    )


def _holds(given: dict[str, Any], wanted: Any, sent: Sequence[Call]) -> bool:
    """Whether an input has all properties of one that was sent, each with a value that was."""
    inputs = [one for _, one in sent]
    return all(
        name in given and any(given[name] == one[name] for one in inputs if name in one)
        for name in wanted
    )


def swapped(received: Sequence[Call], sent: Sequence[Call]) -> bool:
    """Whether the right inputs came with the wrong calls."""
    inputs = [[_text(given) for _, given in calls] for calls in (received, sent)]
    return inputs[0] != inputs[1] and sorted(inputs[0]) == sorted(inputs[1])


def damage(received: Any, sent: Any, path: str = "the input") -> Iterator[str | None]:
    """Each difference of two JSON values, in words; None for one that only a model makes."""
    if _text(received) == _text(sent):
        return
    if isinstance(received, str) and isinstance(sent, dict | list):
        yield f"{path} comes as a string" if _is_written(received, sent) else None
    elif isinstance(received, list) and _text(received) == _text([sent]):
        yield f"{path} comes in a list"
    elif isinstance(sent, dict):
        yield from _of_object(received, sent, path)
    elif isinstance(sent, list):
        yield from _of_list(received, sent, path)
    elif isinstance(sent, str) and isinstance(received, str):
        yield _of_string(received, sent, path)
    elif received is None:
        yield f"{path} comes as null"
    else:
        exact = f"{path}: {_text(sent)} comes as {_text(received)}"
        yield exact if _is_same_otherwise(received, sent) else None


def _is_same_otherwise(received: Any, sent: Any) -> bool:
    """Whether a value is another form of the one sent, or what conversions leave of it."""
    if _folded(received) == _folded(sent):
        return True
    if isinstance(sent, bool):
        return _text(received).strip('"') == str(int(sent))
    if sent is None:
        return received in ("None", "")
    if not _is_number(sent) or not _is_number(received):
        return False
    return abs(received) == abs(sent) or _is_rounded(received, sent)


def _of_object(received: Any, sent: dict[str, Any], path: str) -> Iterator[str | None]:
    if received in ({}, [], None):
        yield f"{path} is emptied"
        return
    if not isinstance(received, dict):
        yield None
        return
    if (outer := _wrapped_in(received, sent)) is not None:
        yield f"{path} comes within another object, as its {outer}"
        return
    left = {name: value for name, value in received.items() if name not in sent}
    for name, wanted in sent.items():
        if name in received:
            yield from damage(received[name], wanted, name)
            continue
        alike = next((one for one in left if _folded(one) == _folded(name)), None)
        inner = [one for one in left if one.startswith((f"{name}.", f"{name}["))]
        if inner:
            yield f"the property {name} comes as several, as of {inner[0]}"
            left = {one: value for one, value in left.items() if one not in inner}
        elif alike is not None:
            yield f"the property {name} comes as {alike}"
            yield from damage(left.pop(alike), wanted, name)
        elif wanted in (None, 0, False, "") or wanted in ([], {}):
            yield f"{name}, which is {_text(wanted)}, is left out"
        else:
            yield f"{name} is left out"
    if left:
        yield None


def _wrapped_in(received: dict[str, Any], sent: dict[str, Any]) -> str | None:
    """The only property of an object, if that is all that was sent, as JSON or written out."""
    if len(received) != 1:
        return None
    [(name, inner)] = received.items()
    written = isinstance(inner, str) and _is_written(inner, sent)
    return name if written or _text(inner) == _text(sent) else None


def _of_list(received: Any, sent: list[Any], path: str) -> Iterator[str | None]:
    if len(sent) == 1 and _text(received) == _text(sent[0]):
        yield f"{path} comes without its list"
        return
    if not sent and not received:
        yield f"{path} comes as {_text(received)}, not as []"
        return
    if not isinstance(received, list):
        yield f"only one of {len(sent)} items of {path} comes" if received in sent else None
        return
    if len(received) < len(sent):
        yield f"only {len(received)} of {len(sent)} items of {path} come"
        if not all(one in sent for one in received):
            for given, wanted in zip(received, sent, strict=False):
                yield from damage(given, wanted, f"an item of {path}")
        return
    if len(received) > len(sent):
        flat = [inner for one in sent for inner in (one if isinstance(one, list) else [one])]
        yield f"the lists within {path} come as one" if received == flat else None
        return
    if received != sent and sorted(map(_text, received)) == sorted(map(_text, sent)):
        yield f"the items of {path} come in another order"
        return
    for given, wanted in zip(received, sent, strict=True):
        yield from damage(given, wanted, f"an item of {path}")


def _of_string(received: str, sent: str, path: str) -> str | None:
    shown = f"{path}: {sent!r} comes as {received!r}"
    if mistake := mistake_in(received, sent):
        return f"{shown}: {mistake}"
    if not received:
        return f"{path} is emptied"
    if sent in _strings_written_in(received):
        return f"{path} comes as the JSON of what holds it: {received!r}"
    if is_masked(received, sent):
        return f"{shown}: a part of it is masked"
    if _is_date(sent) and received.startswith((f"{sent}T", f"{sent} ")):
        return f"{shown}: a time is added to a date"
    if len(received) < len(sent) and sent.startswith(received):
        return f"{path} is cut after {len(received)} characters"
    if _folded(received) == _folded(sent) and received.lower() != sent:
        return f"{shown}: other characters than letters are changed"
    return f"{shown}: its case is changed" if received.lower() == sent.lower() else None


def _is_date(words: str) -> bool:
    """Whether words are a date as in ISO 8601."""
    return re.fullmatch(r"\d{4}-\d\d-\d\d", words) is not None


def _strings_written_in(text: str) -> Iterator[str]:
    """The strings of a list or an object that a text writes out, as JSON or as Python does."""
    if not text.startswith(("[", "{")):
        return
    for parse in (json.loads, ast.literal_eval):
        try:
            yield from _strings_of(parse(text))
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue


def _strings_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings_of(one)


def _is_written(received: str, sent: Any) -> bool:
    try:
        return _text(json.loads(received)) == _text(sent)
    except ValueError:
        return re.sub(r"\W+", "", received) == re.sub(r"\W+", "", _text(sent))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_rounded(received: Any, sent: Any) -> bool:
    """Whether a number went through one of fewer digits, before the point or after it."""
    if not _is_number(sent) or not sent or received == sent:
        return False
    shortened = {int(sent), *(round(sent, digits) for digits in range(4))}
    return received in shortened or abs(received - sent) / abs(sent) < 1e-9


def _folded(value: Any) -> str:
    """Letters and digits alone, in lower case."""
    return re.sub(r"[\W_]+", "", value if isinstance(value, str) else _text(value)).lower()


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
