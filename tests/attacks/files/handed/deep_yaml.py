# tries: lists nested a hundred thousand deep
# sign: silence
# control: yaml_text
# outcome: unanswered / unreadable


def build(folder, world):
    (folder / "answers.yaml").write_text("size: " + "[" * 100_000)
