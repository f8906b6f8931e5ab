"""Imports point one way, as docs/ARCHITECTURE.md draws it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]

PURE = {
    "bot.coverage",
    "bot.errors",
    "bot.config",
    "bot.messages",
    "bot.questions",
    "bot.remarks",
    "bot.decision",
    "bot.cases",
    "bot.routing",
    "bot.commands",
    "bot.catalogue",
    "bot.catalogue.citizens_en",
    "bot.catalogue.citizens_nl",
    "bot.catalogue.desk_en",
    "bot.catalogue.entries_en",
    "bot.catalogue.entries_nl",
    "bot.catalogue.desk_nl",
    "bot.words",
    "bot.replies",
    "bot.briefing",
    "bot.listing",
    "bot.renewing",
    "bot.outcome",
    "bot.meter",
    "bot.figures",
    "bot.deeds",
    "bot.recognition",
    "bot.hours",
    "bot.opening_hours",
    "bot.expectation",
    "bot.durations",
    "bot.aftercare",
    "bot.privacy",
    "bot.personal",
    "bot.drafts",
    "bot.authorship",
    "bot.gathering",
    "bot.allowance",
    "bot.near",
}
PORTS = {"bot.ports", "bot.keeping", "bot.holding"}
KNOWLEDGE_DATA = {
    "knowledge.entry",
    "knowledge.ports",
    "knowledge.errors",
    "knowledge.calibrate",
    "knowledge.change",
    "knowledge.conflicts",
    "knowledge.review",
    "knowledge.translations",
}
USE_CASES = {
    "bot.answering",
    "bot.adding",
    "bot.alerting",
    "bot.amending",
    "bot.approval",
    "bot.parting",
    "bot.whose",
    "bot.audience",
    "bot.kinship",
    "bot.watching",
    "bot.reacting",
    "bot.joining",
    "bot.cards",
    "bot.desk",
    "bot.working",
    "bot.telling",
    "bot.escalation",
    "bot.vetting",
    "bot.drafting",
    "bot.rivals",
    "bot.tying",
    "bot.seen",
    "bot.following",
    "bot.budgets",
    "bot.moving",
    "bot.reception",
    "bot.promising",
    "bot.correcting",
    "bot.reviewing",
    "bot.chronicle",
    "bot.flagging",
    "bot.settling",
    "bot.doubts",
    "bot.afterwards",
    "bot.recognizing",
    "bot.likening",
    "bot.maintaining",
    "bot.acting",
}
KNOWLEDGE_ADAPTERS = {
    "knowledge.sbert",
    "knowledge.bundled",
    "knowledge.faiss_index",
    "knowledge.lexical",
}
HEAVY = {
    "torch",
    "sentence_transformers",
    "transformers",
    "faiss",
    "nio",
    "lingua",
    "aiohttp",
    "holidays",
    "prometheus_client",
}


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted([*ROOT.glob("bot/**/*.py"), *ROOT.glob("knowledge/**/*.py")]):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        yield name.removesuffix(".__init__"), path


def imports(path: Path, *, at_import: bool = False) -> set[str]:
    """The modules a file imports; with ``at_import`` only those loaded with it."""
    found: set[str] = set()
    todo: list[ast.AST] = [ast.parse(path.read_text())]
    while todo:
        node = todo.pop()
        if at_import and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if at_import and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        todo.extend(ast.iter_child_nodes(node))
    return found


def ours(path: Path) -> set[str]:
    known = {name for name, _ in modules()} - {"bot", "knowledge"}
    return imports(path) & known


def test_knowledge_never_imports_the_bot() -> None:
    for name, path in modules():
        if name.startswith("knowledge"):
            assert not {each for each in imports(path) if each.split(".")[0] == "bot"}, name


def test_pure_modules_import_only_pure_modules_and_data() -> None:
    for name, path in modules():
        if name in PURE:
            assert ours(path) <= PURE | KNOWLEDGE_DATA, name


def test_pure_modules_do_no_io_and_read_no_clock() -> None:
    for name, path in modules():
        if name in PURE - {"bot.config"}:
            assert not imports(path) & {"asyncio", "logging", "os", "pathlib", "time"}, name
            assert "async def" not in path.read_text(), name


def test_use_cases_know_ports_and_no_adapter() -> None:
    for name, path in modules():
        if name in USE_CASES:
            assert ours(path) <= PURE | KNOWLEDGE_DATA | USE_CASES | PORTS, name


def test_adapters_know_pure_modules_ports_and_their_own_package() -> None:
    for name, path in modules():
        if name.startswith(("bot.chat.", "bot.store.", "bot.web.")):
            packages = ("bot.chat.matrix", "bot.store", "bot.web")
            package = next((each for each in packages if name.startswith(each)), name)
            own = {each for each in ours(path) if each.startswith(package)}
            assert ours(path) - own <= PURE | KNOWLEDGE_DATA | PORTS, name


def test_only_the_composition_root_names_adapters() -> None:
    adapters = {
        name
        for name, _ in modules()
        if name.startswith(("bot.chat.", "bot.store.", "bot.web.")) or name in KNOWLEDGE_ADAPTERS
    } | {"bot.language", "bot.calendars"}
    free = {"bot.app", "knowledge.build", "knowledge.live"} | adapters
    for name, path in modules():
        if name not in free and not name.startswith("bot.cli"):
            assert not ours(path) & adapters, name


def test_heavy_libraries_are_loaded_only_when_used() -> None:
    """``loket --help`` must not wait for torch."""
    for name, path in modules():
        if name.startswith(("bot.chat.matrix", "bot.web")):
            continue  # Itself imported only inside a function of bot.app.
        loaded = {each.split(".")[0] for each in imports(path, at_import=True)}
        assert not loaded & HEAVY, name


def test_nothing_reads_the_clock_but_the_composition_root() -> None:
    for name, path in modules():
        if name != "bot.app":
            text = path.read_text()
            assert "datetime.now(" not in text, name
            assert "time.time(" not in text, name


def test_no_module_has_two_nouns_in_it() -> None:
    for name, path in modules():
        assert len(path.read_text().splitlines()) <= 400, name
