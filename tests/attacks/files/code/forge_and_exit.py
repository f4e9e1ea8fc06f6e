# tries: to write the results and to end the grader before it can
# sign: results
# outcome: killed
import os


def get_net():
    try:
        with open("@WORLD@/results/results.json", "w") as results:
            results.write('{"score": 1000, "output": "FORGED", "tests": []}')
    finally:
        os._exit(0)
