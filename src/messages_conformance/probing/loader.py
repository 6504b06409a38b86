"""The suites of a folder: which probe or inspection puts which row to the test."""

import importlib.util
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from messages_conformance import memory
from messages_conformance.claims.sections import SECTIONS
from messages_conformance.errors import SuiteError
from messages_conformance.probing.inspection import Inspection, inspections_of
from messages_conformance.probing.probe import Probe, probes_of


class LoadedProbe(NamedTuple):
    """A probe and the suite it stands in: ``tool_choice`` for ``test_tool_choice.py``."""

    suite: str
    probe: Probe


class LoadedInspection(NamedTuple):
    """An inspection and the suite it stands in."""

    suite: str
    inspection: Inspection


@dataclass(frozen=True)
class Suites(Mapping[str, LoadedProbe]):
    """The probes under the ids of their rows; and the inspections, section by section."""

    probes: Mapping[str, LoadedProbe]
    inspections: tuple[LoadedInspection, ...] = ()
    source: str = ""
    """A digest of all code of the folder that they were loaded from; empty where they were put
    together otherwise, so that nothing they say can be remembered."""

    def __getitem__(self, row: str) -> LoadedProbe:
        return self.probes[row]

    def __iter__(self) -> Iterator[str]:
        return iter(self.probes)

    def __len__(self) -> int:
        return len(self.probes)


def load(folder: Path) -> Suites:
    """Import every ``test_*.py`` of a folder, in the order of their names.

    Raises:
        SuiteError: there is none, or two probes or inspections are for the same row.
    """
    probes: dict[str, LoadedProbe] = {}
    inspections: dict[str, LoadedInspection] = {}
    paths = sorted(folder.glob("test_*.py"))
    if not paths:
        raise SuiteError(f"{folder}: holds no suite; name a folder with files test_<section>.py")
    for path in paths:
        suite = path.stem.removeprefix("test_")
        module = _import(path)
        for probe in probes_of(module):
            if (other := probes.get(probe.row)) is not None:
                raise _twice(path, probe, other.suite, other.probe)
            probes[probe.row] = LoadedProbe(suite, probe)
        for inspection in inspections_of(module):
            if (known := inspections.get(inspection.row)) is not None:
                raise _twice(path, inspection, known.suite, known.inspection)
            inspections[inspection.row] = LoadedInspection(suite, inspection)
    sections = list(SECTIONS)
    in_order = sorted(inspections, key=lambda row: sections.index(row.partition("/")[0]))
    return Suites(probes, tuple(inspections[row] for row in in_order), _source(folder))


def _source(folder: Path) -> str:
    contents = ((path.name, path.read_bytes()) for path in sorted(folder.rglob("*.py")))
    return memory.digest(*(part for content in contents for part in content))


def _twice(
    path: Path, second: Probe | Inspection, suite: str, first: Probe | Inspection
) -> SuiteError:
    return SuiteError(
        f"{path}: {second.name} is for row {second.row!r}, and so is {first.name} of "
        f"test_{suite}.py; keep one of them"
    )


def _import(path: Path) -> ModuleType:
    """Import one file under a name that is the same in a checkout and in a wheel."""
    name = f"messages_conformance_suites.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise SuiteError(f"{path}: is not a Python module; rename or remove it")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses and pickles look up their module by name while it is being executed.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
