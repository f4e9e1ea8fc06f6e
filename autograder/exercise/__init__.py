"""What is asked and what is right: exercise.yaml, typed and checked."""
