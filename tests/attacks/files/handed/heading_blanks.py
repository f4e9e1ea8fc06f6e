# tries: a heading with a million blanks in it
# sign: stall
# control: patterns
# outcome: unanswered


def build(folder, world):
    (folder / "answers.md").write_text("# a" + " " * 1_000_000 + "b\n")
