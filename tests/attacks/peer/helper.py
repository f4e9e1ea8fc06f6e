"""A check with a plain assert, loaded after the student's module."""


def check(output, expected):
    assert bool((output == expected).all())
