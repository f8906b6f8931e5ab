"""What the rows of the benchmark are made of, and how they are shown."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Ratio:
    """One figure against its baseline.

    Attributes:
        name: What is compared, in one word, for example ``time``.
        value: The median of the repetitions' ratios.
        of: What stands above the line, and against what.
        repetitions: How many times both were measured, one after the other.
        goal: What it should be; empty: nothing was promised.
    """

    name: str
    value: float
    of: str
    repetitions: int
    goal: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the benchmark.

    Attributes:
        name: As ``--only`` takes it.
        ratios: The comparisons.
        figures: What was measured, with the unit at the end of each name.
    """

    name: str
    ratios: tuple[Ratio, ...]
    figures: dict[str, float]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        ratios = {
            ratio.name: {
                "value": rounded(ratio.value),
                "of": ratio.of,
                "repetitions": ratio.repetitions,
                "goal": ratio.goal,
            }
            for ratio in self.ratios
        }
        return {
            "ratios": ratios,
            "figures": {name: rounded(value) for name, value in self.figures.items()},
        }

    def as_text(self) -> str:
        """For people."""
        lines = [self.name]
        for ratio in self.ratios:
            goal = f"; goal {ratio.goal}" if ratio.goal else ""
            times = f"median of {ratio.repetitions}" if ratio.repetitions > 1 else "once"
            lines.append(f"  {rounded(ratio.value):>8g}  {ratio.of} ({times}{goal})")
        width = max(map(len, self.figures))
        lines += [f"    {name:{width}} {rounded(each):g}" for name, each in self.figures.items()]
        return "\n".join(lines)


def ratio_of(
    name: str, above: Sequence[float], below: Sequence[float], of: str, goal: str = ""
) -> Ratio:
    """The median ratio of what was measured in pairs."""
    pairs = [one / other for one, other in zip(above, below, strict=True)]
    return Ratio(name, statistics.median(pairs), of, len(pairs), goal)


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that this percentage of the values (at least two) does not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def rounded(value: float) -> float:
    """Three significant digits, and all digits before the point."""
    return float(f"{value:.3g}") if abs(value) < 100 else float(round(value))


def machine() -> dict[str, Any]:
    """What it was measured on."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def peak_memory(process: int | str = "self") -> int:
    """A process's peak memory so far in bytes; 0 where the system does not tell."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return 0
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(lines["VmHWM"].split()[0]) * 1024


def forget_peak_memory() -> None:
    """Lets this process's peak count from now on, where the system can (Linux)."""
    path = Path("/proc/self/clear_refs")
    if path.exists():
        path.write_text("5")


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return " ".join(line.split(":", 1)[1].split())
    return platform.processor() or platform.machine()
