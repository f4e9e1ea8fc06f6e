# tries: so many answers to no question that finding close names takes for ever
# sign: stall
# control: close_names
# outcome: unanswered
# says: more notes


def build(folder, world):
    lines = "".join(f"# size{number}\n\n1\n\n" for number in range(120_000))
    (folder / "answers.md").write_text(lines)
    (folder / "answers.yaml").write_text("".join(f"size{n}: 1\n" for n in range(20_000)))
