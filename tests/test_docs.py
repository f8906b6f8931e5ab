"""Docs, help and code say the same."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bot.cli import COMMANDS
from bot.replies import PEOPLE

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
ARCHITECTURE = (ROOT / "docs" / "ARCHITECTURE.md").read_text()


def help_of(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bot", *words, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme_and_has_help(command: str) -> None:
    assert f"`loket {command}" in README
    assert COMMANDS[command].split(",")[0][:20].casefold() in help_of(command).casefold()


def test_the_readme_names_no_command_that_does_not_exist() -> None:
    named = set(re.findall(r"`loket ([a-z]+)", README))
    assert named <= COMMANDS.keys()


def test_help_is_there_at_once() -> None:
    """No command may load torch before it needs it."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "bot", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert not loaded & {"torch", "transformers", "sentence_transformers", "faiss", "nio", "lingua"}


def test_every_module_stands_in_the_plan_of_the_house() -> None:
    for folder in ("bot", "knowledge"):
        for path in (ROOT / folder).glob("*.py"):
            if path.name != "__init__.py":
                assert re.search(rf"\b{path.stem}\b", ARCHITECTURE), path


def test_the_plan_names_no_module_that_does_not_exist() -> None:
    plan = ARCHITECTURE.split("```")[1]
    for name in re.findall(r"\b(\w+)\.py\b", plan):
        assert list(ROOT.glob(f"bot/**/{name}.py")) + list(ROOT.glob(f"knowledge/{name}.py")), name


def test_links_in_the_docs_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), (page.name, target)


def test_the_readme_tells_how_to_reach_people() -> None:
    assert PEOPLE in README


def test_the_lock_file_has_every_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (ROOT / "requirements.lock").read_text().splitlines()
        if "==" in line
    }
    wanted = [*project["dependencies"]]
    for more in project["optional-dependencies"].values():
        wanted += more
    for requirement in wanted:
        name = re.split(r"[<>=\[ ]", requirement)[0].lower().replace("_", "-")
        assert name in locked | {"loket"}, name
    assert "torch==2.13.0" in (ROOT / "requirements.lock").read_text().splitlines()


def test_no_page_names_a_path_of_a_machine() -> None:
    for page in [ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/**/*.md")]:
        assert not re.search(r"/(work|root|home)/", page.read_text()), page.name
