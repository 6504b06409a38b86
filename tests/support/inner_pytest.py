"""Running pytest inside of pytest."""

from collections.abc import Callable
from typing import TypeAlias

import pytest

Run: TypeAlias = Callable[..., pytest.RunResult]
"""Runs pytest in this process with some arguments, in the folder of the small project."""
