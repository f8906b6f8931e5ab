"""The unit for systemd is one that systemd takes, and agrees with the settings."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
UNIT = (ROOT / "docs" / "loket.service").read_text()

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="no systemd on this machine"
)


def directive(name: str) -> str:
    found = re.search(rf"^{name}=(.+)$", UNIT, re.MULTILINE)
    assert found, name
    return found[1]


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit, with a program that is on this machine."""
    program = directive("ExecStart").split()[0]
    here = shutil.which("true")
    assert here
    path = tmp_path / "loket.service"
    path.write_text(UNIT.replace(program, here))
    return path


@needs_systemd
def test_systemd_finds_no_fault(unit: Path) -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.strip()) == (0, "")


@needs_systemd
def test_systemd_finds_a_fault_where_there_is_one(unit: Path) -> None:
    """So that the test above can fail."""
    unit.write_text(unit.read_text().replace("Type=exec", "Type=exact"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "exact" in done.stderr


@needs_systemd
def test_little_of_the_machine_is_in_reach(unit: Path) -> None:
    """0 is sealed, 10 open; what torch can't live without costs about a tenth each."""
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=20", unit],
        capture_output=True,
        text=True,
        check=False,
    )
    if "unrecognized option" in done.stderr:
        pytest.skip("this systemd can't look at a unit that is not installed")
    assert done.returncode == 0, done.stdout[-300:]


def test_it_is_given_the_time_that_the_settings_promise() -> None:
    promised = yaml.safe_load((ROOT / "config.yaml").read_text())["shutdown_seconds"]
    assert float(directive("TimeoutStopSec")) >= promised + 10


def test_a_wrong_setting_is_not_tried_again() -> None:
    assert directive("RestartPreventExitStatus") == "2"
    assert directive("Restart") == "on-failure"


def test_its_secret_is_in_no_file_that_others_may_read() -> None:
    assert directive("EnvironmentFile") == "/etc/loket/secrets"
    assert not re.search(r"^Environment=.*(TOKEN|PASSWORD)", UNIT, re.MULTILINE)
