from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder.sandbox import loading
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
        server,
        "import nothing_of_that_name\nX = undefined",
        "class C(Missing):\n    pass",
        "def f():\n    return nothing_of_that_name",
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
    assert (report["defined"], report["problems"]) == (["f"], [])


def test_code_that_leaves_at_import_is_told(server: ForkServer) -> None:
    report = load(server, "import sys\nclass C:\n    sys.exit(0)\n", "f = 1")
    assert report["defined"] == ["f"]
    assert "SystemExit" in report["problems"][0]["message"]


def test_a_progress_bar_yields_what_it_is_given(server: ForkServer) -> None:
    cell = (
        "from tqdm.notebook import tqdm, trange\nclass X:\n"
        "    seen = [(n, len(tqdm([1]))) for n in tqdm(range(2), desc='x')] + list(trange(1))\n"
        "    tqdm([1]).set_description('y')\n    assert seen == [(0, 1), (1, 1), 0]\nf = X"
    )
    assert load(server, cell)["problems"] == []


def test_a_name_of_a_later_cell_is_found_in_a_second_round(server: ForkServer) -> None:
    assert load(server, "class f(Base): pass", "class Base: pass")["defined"] == ["f"]


def test_annotations_need_no_imports(server: ForkServer) -> None:
    assert load(server, "def f(x: Tensor) -> List[Tensor]: pass\ny: Unknown = 1")["problems"] == []


def test_another_spelling_is_taken_with_a_note(server: ForkServer) -> None:
    report = load(server, "def getMLP(): pass", names=("get_mlp",))
    assert report["defined"] == ["get_mlp"]
    assert "You call it getMLP" in report["notes"][0]["line"]


def test_where_a_missing_name_may_be_is_said(server: ForkServer) -> None:
    cells = ("class Models:\n    def get_mlp(self): pass\ndef get_cnns(): pass",)
    report = load(server, *cells, names=("get_mlp", "get_cnn", "other"))
    assert "inside another definition" in report["similar"]["get_mlp"]
    assert report["similar"]["get_cnn"] == "did you mean get_cnns?"
    assert "other" not in report["similar"]


def test_a_resolved_conflict_is_noted(server: ForkServer) -> None:
    report = load(server, "<<<<<<< HEAD\nf = 1\n=======\nf = 2\n>>>>>>> b")
    assert report["notes"][0]["names"] == ["f"]
    assert "cell 1, line 1 holds merge-conflict markers" in report["notes"][0]["line"]


def test_a_message_that_no_encoding_takes_is_still_told(server: ForkServer) -> None:
    report = load(server, "class C:\n    raise ValueError('\\ud800')")
    assert report["problems"][0]["message"] == "ValueError: \\ud800"
    assert report["problems"][0]["where"] == "cell 1, line 2"


def test_a_provided_module_comes_before_one_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "provided_here.py").write_text("raise PermissionError")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    loading.provide({}, {"provided_here": "VALUE = 3"})
    assert importlib.import_module("provided_here").VALUE == 3
    sys.modules.pop("provided_here")
