"""Real clients, each version in an environment of its own, which is made when it is asked for.

A client in Python gets a virtual environment, one in JavaScript a folder of npm's. They are kept
beside what is remembered of answers (`memory`), so each is installed once. `FOLDER` names another
place for them. Nothing of this process's environment reaches a client: it has an empty home and no
key, and no proxy is set.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from messages_conformance.clients import memory
from messages_conformance.errors import ClientsError

FOLDER: Final = "MESSAGES_CONFORMANCE_CLIENTS"
"""A variable that names the folder of the environments."""
OFFLINE: Final = "MESSAGES_CONFORMANCE_OFFLINE"
"""A variable that forbids to install anything; what is there already is used."""
PROGRAMS: Final = Path(__file__).parent / "programs"
_MADE: Final = "installed"
"""A file that is written last; without it an environment is not whole."""
_SECONDS: Final = 900
"""How long an installation may take."""
_NEEDED_BY_PIP: Final = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy",
                         "no_proxy", "PIP_INDEX_URL", "PIP_CONFIG_FILE", "SSL_CERT_FILE",
                         "NODE_EXTRA_CA_CERTS", "npm_config_registry", "HOME")  # fmt: skip
"""What an installation may use of this process's environment: the way to a registry."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a client is installed, and the program that reads answers with it."""

    packages: tuple[str, ...]
    """``{version}`` stands for the version."""
    program: str

    @property
    def is_python(self) -> bool:
        """Whether it is installed by pip; else by npm."""
        return self.program.endswith(".py")


RECIPES: Final[Mapping[str, Recipe]] = MappingProxyType(
    {
        "python-sdk": Recipe(("anthropic=={version}",), "python_sdk.py"),
        "langchain-anthropic": Recipe(("langchain-anthropic=={version}",), "langchain.py"),
        "pydantic-ai": Recipe(("pydantic-ai-slim[anthropic]=={version}",), "pydantic_ai.py"),
        "typescript-sdk": Recipe(("@anthropic-ai/sdk@{version}",), "typescript_sdk.mjs"),
        "ai-sdk": Recipe(("@ai-sdk/anthropic@{version}", "ai@7.0.173"), "ai_sdk.mjs"),
    }
)
"""The clients that can be installed, by their names."""
_OLD_SDK: Final = re.compile(r"0\.[0-3]?\d\.")
"""Versions of the Python SDK that fail with a newer httpx, and do not say so."""


@dataclass(frozen=True, slots=True)
class Environment:
    """One version of a client, ready to be started."""

    client: str
    version: str
    command: tuple[str, ...]
    """Starts its program; what it is to do follows."""
    folder: Path
    """Where it is started, with an empty home."""

    @property
    def variables(self) -> dict[str, str]:
        """The whole environment of the client."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.folder / "home"),
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            "NO_COLOR": "1",
        }


def made(client: str, version: str, started: str = "") -> Environment:
    """The environment of a version, which is installed unless it is there.

    ``started`` is the program that it runs, if not the one that reads answers.

    Raises:
        ClientsError: there is no such client, or it cannot be installed; the message says why.
    """
    recipe = recipe_of(client)
    folder = _folder() / f"{client}@{version}"
    if not (folder / _MADE).exists():
        _install(client, version, recipe, folder)
    return _environment(client, version, replace(recipe, program=started or recipe.program), folder)


def program(name: str) -> Path:
    """One of the programs that are run with real clients."""
    return PROGRAMS / name


def recipe_of(client: str) -> Recipe:
    """How a client is installed.

    Raises:
        ClientsError: it cannot be.
    """
    if client not in RECIPES:
        known = ", ".join(RECIPES)
        raise ClientsError(f"{client} cannot be installed to read answers; these can: {known}")
    return RECIPES[client]


def _folder() -> Path:
    if named := os.environ.get(FOLDER):
        return Path(named).absolute()
    if (remembered := memory.folder()) is not None:
        return remembered.absolute() / "clients"
    import platformdirs

    return Path(platformdirs.user_cache_dir("messages-conformance", appauthor=False)) / "clients"


def _environment(client: str, version: str, recipe: Recipe, folder: Path) -> Environment:
    if recipe.is_python:
        scripts = "Scripts" if sys.platform == "win32" else "bin"
        start: tuple[str, ...] = (
            str(folder / "venv" / scripts / "python"),
            "-I",
            str(PROGRAMS / recipe.program),
        )
    else:
        # Node looks for packages beside the program.
        program = folder / recipe.program
        program.write_bytes((PROGRAMS / recipe.program).read_bytes())
        start = ("node", str(program))
    (folder / "home").mkdir(exist_ok=True)
    return Environment(client, version, start, folder)


def _install(client: str, version: str, recipe: Recipe, folder: Path) -> None:
    name = f"{client}@{version}"
    if os.environ.get(OFFLINE):
        raise ClientsError(f"{name} is not installed, and {OFFLINE} forbids to install it")
    tool = sys.executable if recipe.is_python else shutil.which("npm")
    if tool is None or not (recipe.is_python or shutil.which("node")):
        raise ClientsError(f"{name} needs Node.js and npm, which are not installed")
    packages = [each.format(version=version) for each in recipe.packages]
    if client == "python-sdk" and _OLD_SDK.match(version):
        packages.append("httpx<0.28")
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(mode=0o700, parents=True)
        if recipe.is_python:
            _run([tool, "-m", "venv", "venv"], folder)
            python = _environment(client, version, recipe, folder).command[0]
            _run([python, "-m", "pip", "install", "--quiet", *packages], folder)
        else:
            _run([tool, "install", "--silent", "--ignore-scripts", "--prefix", ".", *packages],
                 folder)  # fmt: skip
        (folder / _MADE).write_text("\n".join(packages), encoding="utf-8")
    except (OSError, subprocess.SubprocessError) as problem:
        shutil.rmtree(folder, ignore_errors=True)
        said = getattr(problem, "stderr", None) or str(problem)
        last = next(
            (line for line in reversed(said.splitlines()) if line.strip()), "no reason given"
        )
        raise ClientsError(f"{name} cannot be installed: {last.strip()[:200]}") from problem


def _run(command: list[str], folder: Path) -> None:
    known = {name: os.environ[name] for name in _NEEDED_BY_PIP if name in os.environ}
    subprocess.run(  # noqa: S603 - pip and npm, for the versions of this table
        command,
        cwd=folder,
        env={"PATH": os.environ.get("PATH", os.defpath), **known},
        check=True,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=_SECONDS,
    )
