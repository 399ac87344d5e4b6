"""Nothing opens a connection unless a release is named ``hf://…``, and then one module alone."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.runs import environment, run
from tests.house.tree import python_files, shown, syntax

_NO_SOCKETS = """
import socket, sys
def refuse(*_): raise SystemExit("a socket was opened")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
sys.modules["huggingface_hub"] = None
from weighbridge.cli.main import run
status = run(sys.argv[1:])
print(status, *sorted(name for name in sys.modules if name.startswith("weighbridge.release.hub")))
"""


@pytest.mark.parametrize("command", ["check", "licence", "digest"])
def test_a_local_release_opens_no_connection_and_loads_no_door(
    command: str, checkout: Path, tmp_path: Path
) -> None:
    example = str(checkout / "examples" / "plain-apache")
    done = subprocess.run(
        [sys.executable, "-c", _NO_SOCKETS, command, example, "-o", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        env=environment(XDG_CACHE_HOME=str(tmp_path)),
        check=False,
    )
    assert (done.stdout, done.stderr) == ("0\n", "")


def test_one_module_alone_imports_the_library() -> None:
    importing = set()
    for path in python_files():
        for node in ast.walk(syntax(path)):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            if any(name.split(".")[0] == "huggingface_hub" for name in names):
                importing.add(shown(path))
    assert importing == {"src/weighbridge/release/hub.py"}


def test_without_the_extra_the_install_command_is_told() -> None:
    code = (
        "import sys; sys.modules['huggingface_hub'] = None\n"
        "from weighbridge.cli.main import run; sys.exit(run(['check', 'hf://org/name']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "weighbridge: error: `hf://` needs the extra `hub`, which is not installed\n"
        "  help: pip install 'weighbridge[hub]'\n"
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("hf://name", "`name` is not the name of a repository"),
        ("hf://a/b/c", "`a/b/c` is not the name of a repository"),
        ("hf://../etc", "`../etc` is not the name of a repository"),
        ("hf://org/name@", "`` is not the name of a revision"),
        ("hf://org/name@a b", "`a b` is not the name of a revision"),
        ("hf://org/name@../../x", "`../../x` is not the name of a revision"),
    ],
)
def test_a_name_in_another_form_is_refused_before_anything_is_asked(
    name: str, message: str
) -> None:
    ended = run("check", name)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == (
        f"weighbridge: error: {message}\n  help: write hf://org/name or hf://org/name@revision\n"
    )
