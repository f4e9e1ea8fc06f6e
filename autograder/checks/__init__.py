"""One module for each kind of answer: what it is worth, and why."""
