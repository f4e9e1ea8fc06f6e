"""The upload service: students hand in with a browser, workers grade, instructors watch and correct."""
