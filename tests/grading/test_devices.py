"""Which device trains."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autograder.errors import UsageError
from autograder.grading import devices
from autograder.grading.devices import choose_device


def test_without_a_gpu_the_cpu_trains() -> None:
    assert choose_device("cpu") == "cpu"
    assert choose_device("auto") == "cpu"
    with pytest.raises(UsageError, match="no GPU here"):
        choose_device("cuda")


@pytest.mark.parametrize(("build", "chosen"), [("'13.0'", "cuda"), ("None", "cpu")])
def test_a_gpu_needs_a_driver_and_a_build_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, build: str, chosen: str
) -> None:
    driver = tmp_path / "nvidiactl"
    driver.touch()
    torch = tmp_path / "torch"
    torch.mkdir()
    (torch / "__init__.py").touch()
    (torch / "version.py").write_text(f"cuda: Optional[str] = {build}\n")
    monkeypatch.setattr(devices, "DRIVER", driver)
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    assert choose_device("auto") == chosen
    assert choose_device("cpu") == "cpu"


def test_choosing_does_not_import_torch() -> None:
    import subprocess

    code = "import sys; from autograder.grading.devices import choose_device as c; c('auto'); "
    code += "sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
