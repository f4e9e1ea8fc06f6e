"""What authors of exercises need: starters, packages, validation."""
