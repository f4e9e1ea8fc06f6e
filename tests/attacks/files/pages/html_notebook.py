# tries: mark-up in everything of a notebook that might be shown
# sign: active
# control: show_names
# outcome: error / unanswered
# question: net
# builds: yes
import json


def build(folder, world):
    evil = "<script>alert(1)</script>"
    cell = {
        "cell_type": "code",
        "source": f"def get_net():\n    raise ValueError('{evil}')\n",
        "outputs": [{"output_type": "display_data", "data": {"text/html": evil}}],
        "metadata": {"name": evil},
    }
    content = {"cells": [cell], "metadata": {"title": evil}, "nbformat": 4}
    (folder / "<script>alert(1)<.ipynb").write_text(json.dumps(content))
