"""Operations that run beside student code, in the sandbox: build, run, train, and report numbers.

The same operations run on the reference in a job of its own; the grader compares what the two say.
"""
