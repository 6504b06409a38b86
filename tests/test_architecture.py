"""The picture in `docs/architecture.md` is the one that the import contract holds."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "messages_conformance"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def layers() -> list[set[str]]:
    """The packages of the contract, floor by floor from the top."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = settings["tool"]["importlinter"]["contracts"]
    found = [set(re.findall(r"\w+", layer)) - {"__main__"} for layer in contract["layers"]]
    return [layer for layer in found if layer]


def packages() -> set[str]:
    """What there is to be placed."""
    return {
        path.stem
        for path in PACKAGE.iterdir()
        if (path.suffix == ".py" or (path / "__init__.py").is_file())
        and path.stem not in ("__init__", "__main__")
    }


def picture() -> list[set[str]]:
    """The packages of the picture, floor by floor from the top."""
    rows = re.findall(r"^[1-8]  (.*)$", PAGE, re.MULTILINE)
    return [set(re.findall(r"\w+", row)) & packages() for row in rows]


def test_the_picture_has_the_floors_of_the_contract() -> None:
    there = packages()
    assert picture() == [layer & there for layer in layers()], (
        "docs/architecture.md: draw the floors of [tool.importlinter] in pyproject.toml"
    )


def test_every_package_is_described() -> None:
    described = set(re.findall(r"\*\*`(\w+)`\*\*", PAGE))
    assert described == packages(), "docs/architecture.md: a paragraph for each package"
