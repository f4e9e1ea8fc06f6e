"""The documentation is true: sessions print what pages show, links lead somewhere, nothing is left out."""

from __future__ import annotations

import importlib
import re
import shutil
from pathlib import Path

import pytest

from autograder.checks.catalogue import kinds
from autograder.checks.code import CodeQuestion
from autograder.cli.app import VERBS
from autograder.exercise.model import Exercise, Question
from tests.conftest import ROOT
from tests.docs.pages import PAGES, blocks, difference, prepare, run_session

WITH_SESSIONS = [
    page for page in PAGES if any(b.language == "console" for b in blocks(page.read_text()))
]


def shown(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_SESSIONS, ids=shown)
def test_sessions_print_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    prepare(tmp_path)
    for block in blocks(page.read_text(encoding="utf-8")):
        if block.file:
            path = tmp_path / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(block.lines) + "\n", encoding="utf-8")
        if block.language == "console":
            for (command, claimed), printed in zip(
                block.commands(), run_session(block, tmp_path), strict=True
            ):
                where = f"{shown(page)}:{block.line}: $ {command}"
                found = difference(claimed, printed)
                assert not found, f"{where}\n{found}"
    for name in ("exercises", "docs", "reference"):
        (tmp_path / name).unlink()
    shutil.rmtree(tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), f"{shown(page)} links to {target}"


@pytest.mark.parametrize("kind", kinds())
def test_every_answer_kind_has_a_page_that_names_its_fields(kind: str) -> None:
    page = ROOT / "docs" / "kinds" / f"{kind}.md"
    assert page.is_file(), f"write {shown(page)}"
    text = page.read_text(encoding="utf-8")
    shared = {*Question.model_fields, *CodeQuestion.model_fields}
    own = set(kinds()[kind].model.model_fields) - shared
    assert not {name for name in own if f"`{name}`" not in text}
    assert (ROOT / "docs" / "examples" / kind / "exercise.yaml").is_file()


def test_the_page_on_exercises_names_every_field() -> None:
    text = (ROOT / "docs" / "exercise.md").read_text(encoding="utf-8")
    names = {*Exercise.model_fields, *Question.model_fields} - {"folder"}
    assert not {name for name in names if f"`{name}`" not in text}


@pytest.mark.parametrize("verb", VERBS)
def test_every_option_is_named_on_the_verb_s_page_or_the_command_line_s(verb: str) -> None:
    overview = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert f"autograder {verb}" in overview
    own = ROOT / "docs" / f"{verb}.md"
    text = overview + (own.read_text(encoding="utf-8") if own.exists() else "")
    command = importlib.import_module(f"autograder.cli.{verb}").command
    for parameter in command.params:
        names = [option for option in parameter.opts if option.startswith("-")]
        names = [] if getattr(parameter, "hidden", False) else names  # for our own processes
        assert not names or any(name in text for name in names), f"{names} of {verb}"


def test_a_wrong_claim_is_noticed() -> None:
    assert difference(["Total: 3 of 4"], ["Total: 4 of 4"])
    assert difference(["a", "...", "c"], ["a", "b"])
    assert difference([], ["something"])
    assert not difference(["a", "...", "c ... d"], ["a", "b", "b", "c x d", ""])
    assert not difference(["(1.0 s)", "2 ms"], ["(1.5 s)", "3.2 ms"])
