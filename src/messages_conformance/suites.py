"""The suites: which probe puts which row to the test, and in which suite it stands."""

import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import NamedTuple, TypeAlias

from messages_conformance.probe import Probe, probes_of


class SuiteError(ValueError):
    """Suites that cannot be used; the message says which, where and how to mend it."""


class Placed(NamedTuple):
    """A probe and the suite it stands in: ``tool_choice`` for ``test_tool_choice.py``."""

    suite: str
    probe: Probe


Suites: TypeAlias = Mapping[str, Placed]
"""The probes under the ids of their rows."""


def load(folder: Path) -> Suites:
    """Import every ``test_*.py`` of a folder, in the order of their names.

    Raises:
        SuiteError: there is none, or two probes are for the same row.
    """
    found: dict[str, Placed] = {}
    paths = sorted(folder.glob("test_*.py"))
    if not paths:
        raise SuiteError(f"{folder}: holds no suite; name a folder with files test_<section>.py")
    for path in paths:
        suite = path.stem.removeprefix("test_")
        for probe in probes_of(_module(path)):
            if (other := found.get(probe.row)) is not None:
                raise SuiteError(
                    f"{path}: {probe.name} is for row {probe.row!r}, and so is "
                    f"{other.probe.name} of test_{other.suite}.py; keep one of them"
                )
            found[probe.row] = Placed(suite, probe)
    return MappingProxyType(found)


def _module(path: Path) -> ModuleType:
    """Import one file under a name that is the same in a checkout and in a wheel."""
    name = f"messages_conformance_suites.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise SuiteError(f"{path}: is no Python module; rename or remove it")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses and pickles look their module up by name while it is being run.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
