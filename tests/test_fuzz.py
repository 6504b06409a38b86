"""The fuzzer finds nothing in its first inputs, and finds what is broken on purpose."""

import subprocess
import sys
from pathlib import Path

FUZZER = Path(__file__).parents[1] / "benchmarks" / "fuzz.py"


def fuzz(*arguments: str, before: str = "pass") -> subprocess.CompletedProcess[str]:
    folder = str(FUZZER.parent)
    code = f"import sys; sys.path.insert(0, {folder!r}); import fuzz; {before}; fuzz.main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )


def test_the_first_inputs_of_every_kind_do_no_harm() -> None:
    done = fuzz("--seconds", "3")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_crash_is_found_and_its_input_is_kept(tmp_path: Path) -> None:
    broken = "import fuzz_kinds; fuzz_kinds.lint = lambda names, options: [][1]"
    kept = tmp_path / "kept"
    done = fuzz("--seconds", "0.1", "--only", "har", "--keep", str(kept), before=broken)
    assert done.returncode == 1
    assert "har 0: IndexError" in done.stdout
    assert (kept / "har-0").read_bytes()
