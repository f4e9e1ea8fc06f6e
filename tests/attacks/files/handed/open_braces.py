# tries: answers in LaTeX whose braces never close
# sign: stall
# control: patterns
# outcome: unanswered


def build(folder, world):
    (folder / "answers.tex").write_text("\\answer{size}{" * 100_000)
