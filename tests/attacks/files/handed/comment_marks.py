# tries: comments that open and never close, on which a pattern backtracks
# sign: stall
# control: patterns
# outcome: unanswered / unreadable


def build(folder, world):
    (folder / "answers.md").write_text("# size\n\n" + "<!--" * 500_000)
