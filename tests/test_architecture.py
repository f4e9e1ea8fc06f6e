"""Keeps the house: which package may import which, how long files may be."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "autograder"

# From the bottom to the top; each imports only those before it.
LAYERS = (
    "errors",
    "digest",
    "programs",
    "symbolic",
    "sandbox",
    "learning",
    "exercise",
    "submission",
    "checks",
    "reports",
    "grading",
    "authoring",
    "service",
    "cli",
)
MODULES = sorted(PACKAGE.rglob("*.py"))


def layer_of(path: Path) -> str:
    inside = path.relative_to(PACKAGE)
    return inside.parts[0].removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    """The layers a module imports, wherever in it the import stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        parts = [name.split(".") for name in names]
        found |= {p[1] for p in parts if p[0] == "autograder" and len(p) > 1 and p[1] in LAYERS}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_layer_imports_only_lower_ones(path: Path) -> None:
    layer = layer_of(path)
    if layer in ("__init__", "__main__"):
        return
    height = LAYERS.index(layer)
    higher = {name for name in imports_of(path) if LAYERS.index(name) > height}
    assert not higher, f"{layer} must not import {', '.join(sorted(higher))}"


def test_the_rule_notices_an_import_upwards(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("def f():\n    from autograder.cli import app\n")
    assert imports_of(module) == {"cli"}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_file_is_longer_than_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_only_operations_of_the_sandbox_import_torch() -> None:
    importing = {
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Import) and any(a.name == "torch" for a in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "torch")
    }
    allowed = {"learning/vision.py", "learning/warm.py"}
    assert {name for name in importing if not name.startswith("learning/probes/")} <= allowed


def test_sympy_is_imported_in_its_own_process_only() -> None:
    importing = {
        path.name for path in MODULES if "import sympy" in path.read_text(encoding="utf-8")
    }
    assert importing == {"prover_worker.py"}


def test_nothing_evaluates_or_unpickles_text() -> None:
    forbidden = {"eval", "sympify", "parse_expr", "parse_latex", "literal_eval"}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = ""
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
            if name == "eval":
                # `module.eval()` puts a torch module into eval mode; it takes no argument.
                assert isinstance(node.func, ast.Attribute) and not node.args, path
                continue
            assert name not in forbidden, f"{path}: {name}"
        text = path.read_text(encoding="utf-8")
        assert "import pickle" not in text and "import marshal" not in text, path
