"""Every red cell comes with what to do about it, and with a command that shows it again."""

import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from messages_conformance import reference
from messages_conformance.claims import library
from messages_conformance.reference.profiles import PROFILES
from support.commands import call

pytestmark = [
    pytest.mark.usefixtures("no_key"),
    pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed"),
]
KEY = "sk-1234567890"
ROWS = ("error/401", "error/404", "basic/metadata", "content/tool_result/is_error")


def test_what_the_page_offers_to_paste_shows_each_red_cell_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    revision = library.shipped("model-studio", "2025-11-13")
    app = reference.app(revision, key=KEY, stages=PROFILES["model-studio-2026-08"])
    with reference.running(app) as url:
        rows = [word for row in ROWS for word in ("--row", row)]
        target = ("--target", "model-studio", "--revision", "2025-11-13", "--model", "qwen-plus")
        call("run", *target, *rows, "--base-url", url, "--output", tmp_path / "run")
        page = (tmp_path / "run" / "report.html").read_text()
        parts = [part for part in page.split('<div class="part ')[1:] if part.startswith("bad")]
        assert len(parts) >= len(ROWS)
        for part in parts:
            assert re.findall("<dt>(To fix|Instead)</dt>", part) == ["To fix", "Instead"]
            found = re.search(r"→ HTTP (\d+).*?<pre class=\"command\">(.*?)</pre>", part, re.DOTALL)
            assert found is not None
            command = html.unescape(found[2])
            assert KEY not in command
            done = subprocess.run(
                ["sh", "-c", command], env=os.environ, capture_output=True, text=True, check=True
            )
            status, body = done.stdout.splitlines()[0], done.stdout.splitlines()[-1]
            assert status.split()[1] == found[1]
            assert "type" not in json.loads(body), "it has the documented envelope"
