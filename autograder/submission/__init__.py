"""What was handed in: files, answers, code."""
