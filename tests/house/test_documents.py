"""What the documents name exists: files, commands, scripts, headings that links lead to."""

import re
from pathlib import Path

import pytest

from dau.cli.main import COMMANDS
from tests.house.sources import ROOT, all_files, read

DOCUMENTS = [path for path in all_files() if path.suffix == ".md"]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
SCRIPT = re.compile(r"(?<![\w/.-])((?:scripts|\.ci)/[\w-]+)")
COMMAND = re.compile(r"(?:^|[`$ ]|bin/)dau ([a-z]+)\b", re.MULTILINE)
CODE = re.compile(r"^```(?:sh|console)?\n(.*?)^```$|`([^`\n]+)`", re.MULTILINE | re.DOTALL)


def anchor(heading: str) -> str:
    """The name under which a heading can be linked to."""
    return re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).strip().replace(" ", "-")


def links(path: Path) -> list[str]:
    """The targets of the links of a document that lead to files."""
    return [target for target in LINK.findall(FENCED.sub("", read(path))) if "://" not in target]


def code(path: Path) -> str:
    """Everything in a document that is set as code."""
    return "\n".join(block or inline for block, inline in CODE.findall(read(path)))


def leads_somewhere(path: Path, target: str) -> bool:
    """True if the file exists and, for a link to a heading, has that heading."""
    name, _, wanted = target.partition("#")
    file = (path.parent / name) if name else path
    if not (ROOT / file).exists():
        return False
    return not wanted or wanted in {anchor(heading) for heading in HEADING.findall(FENCED.sub("", read(file)))}


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_links_lead_somewhere(path: Path) -> None:
    assert [target for target in links(path) if not leads_somewhere(path, target)] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_scripts_that_are_named_exist(path: Path) -> None:
    assert {script for script in SCRIPT.findall(read(path)) if not (ROOT / script).is_file()} == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_commands_that_are_named_exist(path: Path) -> None:
    assert {command for command in COMMAND.findall(code(path)) if command not in COMMANDS} == set()


def test_the_readme_shows_both_commands_and_the_map() -> None:
    readme = read(Path("README.md"))
    assert "scripts/demo" in readme
    assert "scripts/test" in readme
    mapped = {target.partition("#")[0] for target in links(Path("README.md"))}
    pages = {str(path) for path in DOCUMENTS if path.parts[0] == "docs" and len(path.parts) == 2}
    assert pages <= mapped, "every page of docs/ is on the map"


def test_every_decision_has_context_decision_and_consequences() -> None:
    pages = [path for path in DOCUMENTS if path.parts[:2] == ("docs", "decisions") and path.name[0].isdigit()]
    assert pages
    for path in pages:
        headings = HEADING.findall(read(path))
        assert headings[1:] == ["Context", "Decision", "Consequences"], path


def test_a_broken_link_would_be_seen() -> None:
    assert not leads_somewhere(Path("README.md"), "docs/no-such-page.md")
    assert not leads_somewhere(Path("README.md"), "#no-such-heading")
