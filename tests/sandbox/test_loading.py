from __future__ import annotations

from typing import Any

from autograder.sandbox.server import ForkServer

LOAD = "autograder.sandbox.loading:load"


def load(server: ForkServer, *cells: str, names: tuple[str, ...] = ("f",)) -> dict[str, Any]:
    sources = [{"label": f"cell {n}", "text": text} for n, text in enumerate(cells, 1)]
    with server.job() as job:
        report: dict[str, Any] = job.call(LOAD, sources=sources, names=list(names))
        return report


def test_what_is_defined(server: ForkServer) -> None:
    assert load(server, "def f(): pass", names=("f", "g"))["defined"] == ["f"]


def test_a_cell_that_fails_hides_no_other(server: ForkServer) -> None:
    report = load(
        server, "import nothing_of_that_name\nX = undefined", "class C(Missing):\n    pass", "f = 1"
    )
    assert report["defined"] == ["f"]
    assert [(p["where"], p["names"]) for p in report["problems"]] == [
        ("cell 1, line 1", ["nothing_of_that_name"]),
        ("cell 1, line 2", ["X"]),
        ("cell 2, line 1", ["C"]),
    ]
    assert report["problems"][0]["message"].startswith("ModuleNotFoundError")


def test_packages_that_draw_are_stood_in_for(server: ForkServer) -> None:
    cell = (
        "import matplotlib.pyplot as plt\nfrom IPython.display import clear_output\nimport seaborn as sns\n"
        "def f():\n    fig, ax = plt.subplots()\n    ax.plot([1])\n    with plt.style.context('x'):\n"
        "        sns.set()\n    clear_output()\n    return 1\nX = f() if f else 0\nf.x = X\n"
    )
    report = load(server, cell)
    assert report == {"defined": ["f"], "problems": []}


def test_code_that_leaves_at_import_is_told(server: ForkServer) -> None:
    report = load(server, "import sys\nclass C:\n    sys.exit(0)\n", "f = 1")
    assert report["defined"] == ["f"]
    assert "SystemExit" in report["problems"][0]["message"]
