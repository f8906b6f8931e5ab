"""Each line of the log is one event with fields, and tells nothing about anybody."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log", "warn"}
OF_A_PERSON = {"room", "sender", "user", "user_id", "person", "event", "text", "body", "question"}
"""Fields that may stand in lines of level debug only."""


def is_logger(node: ast.expr) -> bool:
    named = isinstance(node, ast.Name) and node.id in {"log", "logger", "logging"}
    made = isinstance(node, ast.Call) and "getLogger" in ast.unparse(node.func)
    return named or made


def log_calls(source: str) -> Iterator[ast.Call]:
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    for call in calls:
        method = call.func
        if isinstance(method, ast.Attribute) and method.attr in LEVELS and is_logger(method.value):
            yield call


def fault(call: ast.Call) -> str | None:
    """What is wrong with a log call; None: nothing."""
    assert isinstance(call.func, ast.Attribute)
    if call.func.attr not in {"debug", "info", "warning", "error"}:
        return "another level"
    if len(call.args) != 1 or not isinstance(call.args[0], ast.Constant):
        return "not one constant"
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", str(call.args[0].value)):
        return "not an event's name"
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if given.keys() - {"extra", "exc_info"}:
        return "more than fields"
    if "exc_info" in given and call.func.attr != "debug":
        return "an exception's words above debug"
    extra = given.get("extra")
    if isinstance(extra, ast.Dict) and call.func.attr != "debug":
        names = {key.value for key in extra.keys if isinstance(key, ast.Constant)}
        if names & OF_A_PERSON:
            return "tells about somebody above debug"
    return None


def modules() -> list[Path]:
    return sorted([*ROOT.glob("bot/**/*.py"), *ROOT.glob("knowledge/**/*.py")])


def test_each_call_names_one_event_and_gives_the_rest_as_fields() -> None:
    found = [(path, call) for path in modules() for call in log_calls(path.read_text())]
    assert len(found) > 20
    wrong = [
        f"{path.relative_to(ROOT)}:{call.lineno}: {what}"
        for path, call in found
        if (what := fault(call))
    ]
    assert not wrong


def test_nobody_writes_to_the_root_logger_or_prints_beside_the_command_line() -> None:
    for path in modules():
        text = path.read_text()
        assert "logging.info(" not in text, path
        if not path.is_relative_to(ROOT / "bot" / "cli"):
            assert not re.search(r"^\s*print\(", text, re.MULTILINE), path


@pytest.mark.parametrize(
    "line",
    [
        'log.info("handled: %s", reason)',
        'log.info(f"handled {reason}")',
        "log.info(reason)",
        'log.info("Handled")',
        'log.info("two words")',
        'log.exception("handled")',
        'log.error("handled", exc_info=error)',
        'log.error("handled", stack_info=True)',
        'log.warning("room_lost", extra={"room": room})',
        'logging.getLogger(__name__).warning("a: b")',
    ],
)
def test_a_line_that_is_no_event_would_be_found(line: str) -> None:
    (call,) = log_calls(line)
    assert fault(call)


@pytest.mark.parametrize(
    "line",
    [
        'log.info("handled", extra={"reason": reason})',
        'log.debug("room_lost_which", extra={"room": room}, exc_info=error)',
    ],
)
def test_an_event_with_fields_is_well(line: str) -> None:
    (call,) = log_calls(line)
    assert fault(call) is None


def test_each_event_is_explained_in_the_docs() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    for path in modules():
        for call in log_calls(path.read_text()):
            assert isinstance(call.func, ast.Attribute)
            if call.func.attr in {"warning", "error"}:
                name = call.args[0]
                assert isinstance(name, ast.Constant)
                assert f"`{name.value}`" in page, name.value
