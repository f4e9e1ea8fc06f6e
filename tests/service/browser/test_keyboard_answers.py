"""Every answer that the authors of the shipped exercises wrote down keeps its worth when the keyboard rewrites it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import yaml

from autograder.checks.catalogue import load
from autograder.checks.outcome import Outcome
from autograder.exercise.find import exercise_folders
from autograder.exercise.model import Exercise, ModelAnswer, Question
from autograder.grading.grade import Options, grade_files
from autograder.grading.session import Session
from autograder.service.hand_in import Typed
from autograder.service.typeset import typeset
from autograder.service.web.keys import formula_inputs
from autograder.submission.files import FileSet
from tests.service.browser.conftest import Visit
from tests.service.browser.course import Running

# Puts a formula into the keyboard's field, and edits it at every place, so that MathLive writes all of it anew.
REWRITE = """async (formulas) => {
  const { load } = await import("/static/keyboard.js");
  const field = new (await load())();
  document.body.append(field);
  field.menuItems = [];
  return formulas.map((latex) => {
    field.setValue(latex, { silenceNotifications: true });
    for (let place = 0; place < field.lastOffset && place < 200; ) {
      field.position = ++place;
      field.insert("7");
      field.executeCommand("deleteBackward");
    }
    return field.getValue("latex");
  });
}"""


@dataclass
class Case:
    """An answer with its formulas by input, as they were read."""

    exercise: Exercise
    question: Question
    answer: Typed
    outcome: Outcome
    formulas: dict[str, str]

    def rewritten(self, texts: dict[str, str]) -> Typed:
        if isinstance(self.answer, str):
            return texts[self.question.id]
        return {name: texts.get(f"{self.question.id}.{name}", t) for name, t in self.answer.items()}


def judged(session: Session, exercise: Exercise, question: Question, answer: Typed) -> Outcome:
    files = FileSet()
    files.add("answers.yaml", yaml.safe_dump({question.id: answer}).encode())
    return grade_files(exercise, files, Options(), session, questions=[question.id]).outcomes[0]


def typed(question: Question, model: ModelAnswer) -> Typed:
    return dict(model.parts) if question.kind == "fields" else model.text()


def cases(session: Session) -> Iterator[Case]:
    for folder in exercise_folders():
        exercise = load(folder)
        for question in exercise.questions:
            if not formula_inputs(question):
                continue
            for model in question.model_answers():
                answer = typed(question, model)
                outcome = judged(session, exercise, question, answer)
                formulas = typeset(exercise, question, answer, outcome)
                if formulas:
                    yield Case(exercise, question, answer, outcome, formulas)


@pytest.mark.slow
def test_what_the_keyboard_makes_of_an_answer_is_worth_the_same(
    visit: Visit, running: Running
) -> None:
    page = visit(running.student())
    with Session() as session:
        found = list(cases(session))
        assert len(found) > 200
        places = [(case, name) for case in found for name in case.formulas]
        written = page.evaluate(REWRITE, [case.formulas[name] for case, name in places])
        texts: dict[int, dict[str, str]] = {}
        for (case, name), text in zip(places, written, strict=True):
            texts.setdefault(id(case), {})[name] = text
        for case in found:
            again = judged(session, case.exercise, case.question, case.rewritten(texts[id(case)]))
            assert (again.outcome, again.credit) == (case.outcome.outcome, case.outcome.credit), (
                case.question.id,
                case.formulas,
                texts[id(case)],
            )
