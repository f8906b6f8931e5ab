"""``loket`` as a process of its own, forked from one that has imported the libraries it needs.

A start with model and languages takes two seconds of processor time then, not eight, and there
are many. All of Loket itself is imported by each process, which has its own arguments, environment,
folder and output, ends by itself or by a signal, and leaves an exit status. Starts from nothing
are for ``tests/integration/test_start.py`` and the tests of demo, benchmark and crash test.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.ahead"])


class Warm:
    """A running process, with the methods of ``subprocess.Popen`` that tests need."""

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        out: Path,
        err: Path,
        cwd: Path | None = None,
    ) -> None:
        """Starts it.

        Args:
            command: A module's name and its arguments.
            environ: All of its environment.
            out: Where its standard output is appended.
            err: Where its standard error is appended.
            cwd: Its folder; None: ours.
        """
        given = (list(command), dict(environ), str(out), str(err), str(cwd or Path.cwd()))
        self._process = ForkServerProcess(target=_run, args=given, daemon=True)
        self._process.start()
        self._command = command

    @property
    def pid(self) -> int:
        """Its id."""
        assert self._process.pid is not None  # It was started.
        return self._process.pid

    def poll(self) -> int | None:
        """Its exit status, or minus the signal that ended it; None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status, once it has ended.

        Raises:
            subprocess.TimeoutExpired: Not within so many seconds.
        """
        self._process.join(timeout)
        status = self.poll()
        if status is None:
            assert timeout is not None
            raise subprocess.TimeoutExpired(list(self._command), timeout)
        return status

    def send_signal(self, sig: int) -> None:
        """Sends it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, sig)

    def kill(self) -> None:
        """Ends it at once."""
        self._process.kill()


def launch(command: Sequence[str], environ: Mapping[str, str], log: Path) -> Warm:
    """Starts it; see ``stage.bot.Launch``."""
    return Warm(command, environ, log, log)


def run(
    command: Sequence[str],
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout: float = 120,
) -> subprocess.CompletedProcess[str]:
    """Runs a module to its end, without input; gives what ``subprocess.run`` would."""
    with tempfile.TemporaryDirectory() as name:
        out, err = Path(name, "out"), Path(name, "err")
        process = Warm(command, os.environ if environ is None else environ, out, err, cwd)
        try:
            status = process.wait(timeout)
        except BaseException:
            process.kill()
            process.wait()
            raise
        return subprocess.CompletedProcess(
            list(command), status, out.read_text("utf-8"), err.read_text("utf-8")
        )


def _run(command: list[str], environ: dict[str, str], out: str, err: str, cwd: str) -> None:
    os.setsid()
    for stream, number, path in ((sys.stdout, 1, out), (sys.stderr, 2, err)):
        stream.flush()
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(cwd)
    sys.argv = command
    runpy.run_module(command[0], run_name="__main__", alter_sys=True)
