from __future__ import annotations

import pytest

from autograder.submission.written import Written, read_markdown, read_tex, read_yaml

KNOWN = ["sgdm-m", "adam-m", "adam-m-hat", "scaling", "receptive-field"]


def yaml(text: str) -> Written:
    written = Written()
    read_yaml(text, "answers.yaml", KNOWN, written)
    return written


def markdown(text: str) -> Written:
    written = Written()
    read_markdown(text, "answers.md", KNOWN, written)
    return written


def tex(text: str) -> Written:
    written = Written()
    read_tex(text, "answers.tex", KNOWN, written)
    return written


def texts(written: Written) -> dict[str, str]:
    return {name: answer.text for name, answer in written.answers.items()}


def test_yaml_keeps_answers_as_they_were_written() -> None:
    written = yaml("sgdm-m: 1e-5\nadam-m: no\nadam-m-hat: |\n  c\nscaling: {sgdm: 1, adam: 012}\n")
    assert texts(written) == {
        "sgdm-m": "1e-5",
        "adam-m": "no",
        "adam-m-hat": "c\n",
        "scaling": "sgdm: 1\nadam: 012",
    }
    assert written.answers["scaling"].fields == {"sgdm": "1", "adam": "012"}
    assert written.answers["adam-m"].place.line == 2


def test_yaml_names_unknown_questions() -> None:
    (note,) = yaml("recptive-field: 1").notes
    assert note == (
        "answers.yaml:1: 'recptive-field' is no question of this exercise: did you mean receptive-field?"
    )


def test_yaml_that_is_broken_is_read_line_by_line() -> None:
    written = yaml("sgdm-m: c*(1: 2)\nadam-m: [1, c\nadam-m-hat: 'c'\n")
    assert texts(written)["adam-m-hat"] == "c"
    assert texts(written)["adam-m"] == "[1, c"
    assert "read line by line" in written.notes[0]


@pytest.mark.parametrize("text", ["", "[1, 2]", "just words", "sgdm-m:", "sgdm-m: ''"])
def test_yaml_without_answers(text: str) -> None:
    assert all(answer.is_blank for answer in yaml(text).answers.values())


@pytest.mark.parametrize(
    "heading",
    [
        "# sgdm-m",
        "### sgdm-m",
        "## `sgdm-m`",
        "## **sgdm-m**: momentum",
        "## 2.1 sgdm-m",
        "## 2.1. sgdm-m - momentum",
        "## SGDM-M",
        "## sgdm_m",
        "## sgdm-m ##",
    ],
)
def test_markdown_headings_that_start_with_the_id(heading: str) -> None:
    assert texts(markdown(f"{heading}\n\nc t\n")) == {"sgdm-m": "c t"}


@pytest.mark.parametrize("heading", ["## About sgdm-m", "sgdm-m", "## other", "#sgdm-m"])
def test_other_lines_are_no_answer(heading: str) -> None:
    assert texts(markdown(f"{heading}\n\nc t\n")) == {}


def test_markdown_takes_the_longest_id() -> None:
    assert texts(markdown("## adam-m-hat\nc\n## adam-m\nd\n")) == {"adam-m-hat": "c", "adam-m": "d"}


def test_markdown_leaves_out_quotes_comments_fences_and_labels() -> None:
    text = "## sgdm-m\n> the prompt\n<!-- a\n# adam-m\ncomment -->\n```\nAnswer: c t\n```\n## other\nx\n"
    assert texts(markdown(text)) == {"sgdm-m": "c t"}


@pytest.mark.parametrize("label", ["Answer:", "**Answer:**", "my answer: ", "**Answer**:"])
def test_a_label_before_the_answer_is_left_out(label: str) -> None:
    assert texts(markdown(f"## sgdm-m\n{label} c t\n")) == {"sgdm-m": "c t"}


def test_a_heading_inside_a_fence_is_code() -> None:
    assert texts(markdown("## sgdm-m\n```\n# adam-m\n```\n")) == {"sgdm-m": "# adam-m"}


def test_the_first_of_two_answers_counts_with_a_note() -> None:
    written = markdown("## sgdm-m\nc\n## sgdm-m\nd\n")
    assert texts(written) == {"sgdm-m": "c"}
    assert "answered twice" in written.notes[0]
    blank_first = markdown("## sgdm-m\n\n## sgdm-m\nd\n")
    assert texts(blank_first) == {"sgdm-m": "d"}


def test_tex_answers_with_braces_comments_and_spaces() -> None:
    text = (
        "\\newcommand{\\answer}[2]{#2}\n"
        "% \\answer{adam-m}{commented}\n"
        "\\answer{sgdm-m} {c\\frac{1-\\beta^t}{1-\\beta}} % right\n"
        "\\answer{adam-m-hat}{\\{c\\}}\n"
    )
    written = tex(text)
    assert texts(written) == {"sgdm-m": "c\\frac{1-\\beta^t}{1-\\beta}", "adam-m-hat": "\\{c\\}"}
    assert written.answers["sgdm-m"].place.line == 3


def test_tex_names_what_is_wrong() -> None:
    notes = tex("\\answer{sgdm-m}{c^{2}\n\\answer{unknown}{1}\n").notes
    assert any("never closes" in note for note in notes)
    assert any("'unknown' is no question" in note for note in notes)


def test_a_heading_may_write_the_id_in_words() -> None:
    assert texts(markdown("## SGDM m: the momentum\n\nc t\n")) == {"sgdm-m": "c t"}


def test_a_heading_that_was_probably_meant_for_a_question_is_told() -> None:
    read = markdown("## sgmd-m\n\nc t\n\n## Introduction\n\nHello.\n")
    assert texts(read) == {}
    assert len(read.notes) == 1
    assert "did you mean sgdm-m?" in read.notes[0]
