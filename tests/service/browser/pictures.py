"""`python -m tests.service.browser.pictures FOLDER [WORD ...]`: every page of the service as pictures.

Each is taken at a phone's and a desktop's width, light and dark, with a graded class of the shipped exercise. The
class is made once and kept in FOLDER/service; with WORDs only pages are taken whose name holds one.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect
from sqlalchemy import delete, select

from autograder.checks.catalogue import load
from autograder.service.hand_in import accept
from autograder.service.roster import enrol
from autograder.service.service import Service
from autograder.service.tables import Attempt, Person, Submission
from autograder.submission.files import read_files
from autograder.submission.roster import Student
from tests.chromium import Chromium, browser, fits, is_page, picture
from tests.conftest import PS09
from tests.service.browser.course import Running, run_service, write_exercise
from tests.service.test_addresses import PARTS, addresses

WIDTHS: Mapping[str, int] = {"phone": 390, "desktop": 1280}
SCHEMES = ("light", "dark")
BOSS = "Instructor"
NAMES = (
    "Anna Keller", "Benoît Favre", "Chiara Rossi", "Daniel Okafor", "Elif Yılmaz", "Felix Brunner", "Giulia Conti",
    "Hanna Lindqvist", "Ivan Petrović", "Jana Nováková", "Kenji Watanabe", "Léa Dubois", "Mateus Carvalho",
    "Nora Haugen", "Omar Haddad", "Priya Raghunathan", "Quentin Berger", "Rosa Jiménez de la Fuente", "Sven Olsen",
    "Tereza Horáková", "Ugo Moretti", "Vera Schmid", "Wei Zhang", "Yasmin Farouk",
)  # fmt: skip


@dataclass(frozen=True)
class Shot:
    """A page by its address; `then` does something there first. `who` comes in by a link."""

    who: str
    path: str
    then: Callable[[Page], None] = lambda page: None


def answer(page: Page) -> None:
    """Type answers, one that is right and others that are not, and have them checked."""
    for question, text in (
        ("adam-m", "c (1 - beta_1^t)"),
        ("adam-v", "c^2*(1 - beta_2^t"),
        ("sgdm-m", "c beta^t"),
    ):
        section = page.locator(f"#{question}")
        if not section.count():
            continue
        section.get_by_role("textbox").first.fill(text)
        expect(section.locator(".reading, .problem").first).not_to_be_empty()
        check = section.locator("[data-check]")
        if check.is_enabled():
            check.click()
            page.wait_for_timeout(500)


def press(name: str) -> Callable[[Page], None]:
    """Press a button."""
    return lambda page: page.get_by_role("button", name=name).first.click()


def give_a_word(page: Page) -> None:
    """Ask what a word on the most frequent wrong answer would change."""
    page.locator("details summary").first.click()
    page.get_by_label("For the student").first.fill("Look at the first step again: it is c, not 0.")
    page.get_by_label("Points of").first.fill("0.5")
    page.get_by_role("button", name="See what it changes").first.click()
    expect(page.get_by_role("heading", name="a known mistake")).to_be_visible(timeout=180_000)


def shots(running: Running) -> dict[str, Shot]:
    """Every page by its name: those that the application lists, and some in a state of their own."""
    of = submissions(running.service)
    mistakes, anna = of["theory-mistakes"], NAMES[0]
    exercise, staff = f"/exercises/{PS09.name}", f"/staff/exercises/{PS09.name}"
    listed = {
        name_of(path): Shot(who, filled(path, mistakes.rpartition("/")[2]))
        for who, whose in (("", "anybody"), (BOSS, "instructor"), ("", "owner"), (anna, "visitor"))
        for method, path in addresses(whose)
        if method == "GET" and "/events" not in path
    }
    return listed | {
        "enter": Shot("", running.link(anna).removeprefix(running.url)),
        "enter-used": Shot("", "/enter/nothing"),
        "nobody": Shot("", "/"),
        "problem": Shot(anna, "/submissions/unknown"),
        "exercise-checked": Shot(anna, exercise, answer),
        "exercise-small": Shot(anna, "/exercises/sample"),
        "result-right": Shot("", of["correct"]),
        "result-models": Shot("", of["models-wrong"]),
        "result-trained": Shot("", of["train-no-zero-grad"]),
        "result-crashing": Shot("", of["crashing"]),
        "result-waiting": Shot("", of["correct waiting"]),
        "staff-slips": Shot(BOSS, "/staff/people", press("Print links")),
        "staff-class-empty": Shot(BOSS, "/staff/exercises/sample"),
        "staff-amend": Shot(BOSS, f"{staff}/wrong", give_a_word),
        "staff-pile": Shot(BOSS, f"{staff}/grade/sgdm-m?show=all"),
        "staff-code": Shot(BOSS, f"/staff{of['models-wrong']}"),
        "staff-code-files": Shot(BOSS, f"/staff{of['correct']}/files"),
    }


def name_of(path: str) -> str:
    """An address as the name of a file."""
    return "-".join(re.findall(r"\w+", path)) or "home"


def filled(path: str, submission: str) -> str:
    """An address with the shipped exercise and this submission in it."""
    parts = {**PARTS, "exercise": PS09.name, "question": "sgdm-m", "submission": submission}
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda part: parts[part[1]], path)


def submissions(service: Service) -> dict[str, str]:
    """The addresses of what was handed in, by the name of the sample."""
    with service.database.read() as session:
        people = select(Submission.id, Person.number).join(Person, Person.id == Submission.person)
        return {
            number: f"/submissions/{identifier}" for identifier, number in session.execute(people)
        }


def make_class(service: Service, samples: Mapping[str, str]) -> None:
    """Hand in a sample for each student, whose number is to be the sample's name."""
    exercise = load(PS09)
    with service.database.begin() as session:
        version = service.exercises.newest(session, exercise.id)
        assert version is not None
        for name, sample in samples.items():
            mail = name.split()[0].lower() + "@uni.example"
            enrol(session, [Student(name, sample, mail)])
            person = session.scalars(select(Person).where(Person.name == name)).one()
            folder = PS09 / "submissions" / sample.partition(" ")[0]
            files = read_files([folder]).files
            accept(service.database, session, person.id, version, files, {})


def take(chromium: Chromium, running: Running, folder: Path, name: str, shot: Shot) -> None:
    """Take the pictures of a page."""
    for form, width in WIDTHS.items():
        for scheme in SCHEMES:
            with chromium.page(running.url, width=width, scheme=scheme) as page:
                who = shot.who or owner(running, shot.path)
                with running.service.database.begin() as session:
                    session.execute(delete(Attempt))  # each tab may check again
                if who:
                    page.goto(running.link(who))
                    page.get_by_role("button", name="Come in").click()
                    page.wait_for_url(lambda address: "/enter/" not in address)
                if not is_page(page, running.url + shot.path):
                    return
                page.goto(running.url + shot.path)
                shot.then(page)
                page.wait_for_timeout(300)
                picture(page, folder / f"{name}-{form}-{scheme}.png")
                if not fits(page):
                    print(f"{name} does not fit {width} pixels")


def owner(running: Running, path: str) -> str:
    """Whose submission it is."""
    with running.service.database.read() as session:
        submission = session.get(Submission, path.rpartition("/")[2])
        return session.get_one(Person, submission.person).name if submission else ""


def main(folder: Path, *words: str) -> None:
    samples = sorted(path.name for path in (PS09 / "submissions").iterdir() if path.is_dir())
    samples += [f"theory-mistakes {number}" for number in range(len(samples), len(NAMES) - 1)]
    fresh = not (folder / "service").exists()
    exercises = [PS09, write_exercise(folder / "sample")]
    if fresh:
        with run_service(folder / "service", exercises) as running:
            make_class(running.service, dict(zip(NAMES, samples, strict=False)))
            running.wait_until_graded(1_800)
            make_class(running.service, {NAMES[-1]: "correct waiting"})
    with run_service(folder / "service", exercises, worker=False) as running, browser() as chromium:
        for name, shot in shots(running).items():
            if not words or any(word in name for word in words):
                take(chromium, running, folder, name, shot)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
