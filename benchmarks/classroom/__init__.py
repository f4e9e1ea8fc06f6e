"""A class that nobody taught: submissions of PS09 with the outcome that each answer must have.

    python -m benchmarks.classroom FOLDER [--count 200] [--seed 0] [--code]

`answers.yaml` holds what students write, `bank.py` reads it, `students.py` decides who writes what,
`files.py` puts it into files, `notebooks.py` makes their code out of the corpus of the tests.
"""
