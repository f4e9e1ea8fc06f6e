# tries: shell lines in a notebook, which a kernel would run
# sign: files
# control: run_notebook
# outcome: unanswered
# question: net
import json


def build(folder, world):
    command = f"echo x > {world.folder}/desk/mark"
    sources = [f"!{command}", f"%%bash\n{command}", f"%%sh\n{command}", f"x = !{command}"]
    cells = [{"cell_type": "code", "source": source} for source in sources]
    (folder / "net.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}))
