"""What `dau` itself says: its commands, its version, and what it does with a name it does not know."""

import importlib.metadata
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from dau.cli.main import COMMANDS, main


def test_help_lists_every_command_with_what_it_does() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    assert "污染源自动监控数采仪 / Data acquisition and transmission unit for pollution sources" in result.output
    listed = result.output.partition("Commands:")[2].split("\n")
    assert [line.split()[0] for line in listed if line.startswith("  ") and line[2] != " "] == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there_and_explains_itself(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.name == name
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0
    assert f"Usage: main {name}" in result.output
    assert " / " in result.output


def test_an_unknown_command_is_a_usage_error() -> None:
    result = CliRunner().invoke(main, ["rnu"])
    assert result.exit_code == 2
    assert "No such command 'rnu'" in result.output


def test_a_missing_argument_is_a_usage_error() -> None:
    result = CliRunner().invoke(main, ["status"])
    assert result.exit_code == 2
    assert "Missing argument 'CONFIG'" in result.output


def test_the_version_is_that_of_the_package() -> None:
    result = CliRunner().invoke(main, ["--version"])
    assert result.exit_code == 0
    assert importlib.metadata.version("dau") in result.output


def test_a_command_imports_no_other_command() -> None:
    script = (
        "import sys, dau.cli.main as m; m.main(['check', '--help'], standalone_mode=False); print(sorted(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "dau.cli.check" in done.stdout
    for other in ("run", "receive", "packet", "export", "status", "probe"):
        assert f"'dau.cli.{other}'" not in done.stdout
