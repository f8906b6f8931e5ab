"""The three formats of entries: YAML, JSON lines and CSV, each to rows and back.

What is written is read again as the same entries, for every text.

- YAML: a list of mappings. Text of several lines is a literal block (``|``) where that loses
  nothing, else it is quoted.
- JSON lines: one object a line.
- CSV: a first row with the field names; true or false, days as 2026-11-23, an empty cell for
  what is not given. Separated by commas; read as well with semicolons, as spreadsheets write
  it where the comma is the decimal sign, and with tabs. Alternatives stand in one cell, each
  on its own line (Alt+Enter); in them a backslash is ``\\\\``, a line feed ``\\n`` and a
  carriage return ``\\r``. A cell that a spreadsheet would run as a formula has an apostrophe
  before it, which is taken off again.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import yaml

from knowledge.entry import FIELDS, VERSIONS, Entry
from knowledge.rows import Row, meant, values_of

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML was built without libyaml: the same, some ten times slower.
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

_DEEPEST = 8
"""Entries nest three deep. libyaml's composer overflows the stack on very deep nesting."""


Parsed = list[Row | str]
"""What a file holds, in order: a row, or a line that tells what is there instead."""


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write entries down.

    Attributes:
        parse: From a file's name and text.
        render: To the text of a file.
    """

    parse: Callable[[str, str], Parsed]
    render: Callable[[Sequence[Entry]], str]


def parse_yaml(file: str, text: str) -> Parsed:
    """The rows of a list of mappings; nothing when the syntax is broken somewhere."""
    try:
        if _too_deep(text):
            return [f"{file}: is nested too deep; write a list of entries"]
        loader = _Loader(text)
        root = loader.get_single_node()
    except yaml.YAMLError as error:
        return [f"{file}{_yaml_problem(text, error)}"]
    if root is None:
        return []
    if not isinstance(root, yaml.SequenceNode):
        text = "is not a list; begin each entry with '- id:'"
        return [f"{_line(file, root)}: {text}"]
    parsed: Parsed = []
    for node in root.value:
        if isinstance(node, yaml.MappingNode):
            parsed.append(_yaml_row(file, loader, node))
        else:
            text = "is not an entry; begin each entry with '- id:'"
            parsed.append(f"{_line(file, node)}: {text}")
    return parsed


def render_yaml(entries: Sequence[Entry]) -> str:
    """A list of mappings, a blank line between two, so that a change touches few lines."""
    blocks = (
        yaml.dump(
            [values_of(entry)],
            Dumper=_Dumper,
            allow_unicode=True,
            sort_keys=False,
            default_flow_style=False,
            width=float("inf"),
        )
        for entry in entries
    )
    return "\n".join(blocks)


def parse_jsonl(file: str, text: str) -> Parsed:
    """A row for each line that holds an object; empty lines are passed over."""
    parsed: Parsed = []
    # Not splitlines(): U+2028 and its like may stand unescaped inside JSON text.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        place = f"{file}: line {number}"
        try:
            value, twice = _json(line)
        except json.JSONDecodeError as error:
            parsed.append(f"{place}: is not JSON at column {error.colno}: {error.msg}")
            continue
        except (ValueError, RecursionError):
            parsed.append(f"{place}: holds a number too long or lists too deep")
            continue
        if isinstance(value, dict):
            problems = tuple(f"{place}: {name}: stands there twice; keep one" for name in twice)
            parsed.append(Row(place, value, problems=problems))
        else:
            parsed.append(f"{place}: is not an object; write {{…}}, one entry a line")
    return parsed


def render_jsonl(entries: Sequence[Entry]) -> str:
    """One object a line."""
    lines = (json.dumps(values_of(entry), ensure_ascii=False, default=str) for entry in entries)
    return "".join(f"{line}\n" for line in lines)


def parse_csv(file: str, text: str) -> Parsed:
    """The rows below the header; up to the place where quotes are broken, if they are."""
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=_delimiter(text), strict=True)
    parsed: Parsed = []
    header: list[str] = []
    number = 0
    while True:
        first = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return parsed
        except csv.Error as error:
            hint = "a quote is not closed, or not doubled within a text"
            parsed.append(f"{file}: row {number + 1} (line {first}): {hint} ({error})")
            return parsed
        number += 1
        place = f"{file}: row {number} (line {first})"
        if number == 1 and cells and cells[0].startswith("sep="):
            continue
        if not any(cells):
            continue
        if not header:
            header = [cell.strip() for cell in cells]
            parsed += [f"{place}: {text}" for text in _header_problems(header)]
            if parsed:
                return parsed
        elif len(cells) != len(header):
            text = f"has {len(cells)} cells, the header has {len(header)}"
            hint = "put quotes around a text that holds the separator"
            parsed.append(f"{place}: {text}; {hint}")
        else:
            values = {name: _value(name, cell) for name, cell in zip(header, cells, strict=True)}
            parsed.append(Row(place, values))


def render_csv(entries: Sequence[Entry]) -> str:
    """All fields as columns, with a byte order mark, by which spreadsheets know UTF-8."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow(FIELDS)
    for entry in entries:
        writer.writerow([_cell(getattr(entry, name)) for name in FIELDS])
    return "\ufeff" + sheet.getvalue()


YAML = Format(parse_yaml, render_yaml)
BY_SUFFIX = {
    ".yaml": YAML,
    ".yml": YAML,
    ".jsonl": Format(parse_jsonl, render_jsonl),
    ".csv": Format(parse_csv, render_csv),
}
"""The format of a file, by its suffix in lower case."""


def _too_deep(text: str) -> bool:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            return True
    return False


def _yaml_row(file: str, loader: _Loader, mapping: yaml.MappingNode) -> Row:
    values: dict[str, object] = {}
    places: dict[str, str] = {}
    problems = []
    for key, node in mapping.value:
        if not isinstance(key, yaml.ScalarNode):
            problems.append(f"{_line(file, key)}: a list or mapping is no field name")
            continue
        name = key.value
        place = _line(file, key)
        if name in values:
            problems.append(f"{place}: {name}: stands there twice; keep one")
            continue
        places[name] = place
        if isinstance(node, yaml.SequenceNode):
            values[name] = [_yaml_value(loader, item) for item in node.value]
        else:
            values[name] = _yaml_value(loader, node)
    return Row(_line(file, mapping), values, places, tuple(problems))


def _yaml_value(loader: _Loader, node: yaml.Node) -> object:
    """Text and days as they stand there; what is no scalar as the node, which no field takes."""
    if not isinstance(node, yaml.ScalarNode):
        return node
    if node.tag in ("tag:yaml.org,2002:str", "tag:yaml.org,2002:timestamp"):
        return node.value
    try:
        return loader.construct_object(node)
    except (yaml.YAMLError, ValueError):
        return node


def _yaml_problem(text: str, error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.reader.ReaderError):
        # libyaml gives the code point, PyYAML's own reader the character.
        code = error.character if isinstance(error.character, int) else ord(error.character)
        number = text.count("\n", 0, text.index(chr(code))) + 1
        hint = "write it as an escape in double quotes"
        return f": line {number}: holds the control character U+{code:04X}; {hint}"
    mark = getattr(error, "problem_mark", None)
    where = f": line {mark.line + 1}" if mark else ""
    return f"{where}: is not YAML: {getattr(error, 'problem', None) or error}"


def _line(file: str, node: yaml.Node) -> str:
    return f"{file}: line {node.start_mark.line + 1}"


class _Dumper(yaml.SafeDumper):
    """Indents lists, writes blocks, and never refers to an earlier value."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = None
    if _ODD.search(text):
        style = '"'
    elif "\n" in text:
        # The emitter itself falls back to quotes where a block can't hold the text.
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_ODD = re.compile("[\r\x85\u2028\u2029\ufeff]")
"""Breaks and marks that YAML normalises or drops outside double quotes."""

_Dumper.add_representer(str, _represent_text)


def _json(line: str) -> tuple[object, list[str]]:
    """The value, and the names that stand in an object twice."""
    twice: list[str] = []

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        names = [name for name, _ in pairs]
        twice.extend(name for name in dict.fromkeys(names) if names.count(name) > 1)
        return dict(pairs)

    return json.loads(line, object_pairs_hook=once), twice


def _delimiter(text: str) -> str:
    first = re.split(r"[\r\n]", text, maxsplit=1)[0]
    if re.fullmatch(r"sep=[,;\t]", first):
        return first[-1]

    def names(delimiter: str) -> int:
        return sum(cell.strip(' "') in FIELDS for cell in first.split(delimiter))

    return max(",;\t", key=names)


def _header_problems(header: list[str]) -> Iterable[str]:
    if "id" not in header:
        yield f"is no header; the first row holds the field names: {', '.join(FIELDS)}"
        return
    for name in dict.fromkeys(header):
        if name not in FIELDS:
            yield f"column {name!r} is no field of an entry; {meant(name)}"
        elif header.count(name) > 1:
            yield f"column {name} stands there twice; keep one"


_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_UNESCAPES = {escaped: plain for plain, escaped in _ESCAPES.items()}


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        lines = (re.sub(r"[\\\n\r]", lambda found: _ESCAPES[found[0]], text) for text in value)
        value = "\n".join(lines)
    elif isinstance(value, date | int):
        return str(value)
    text = str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def _value(name: str, cell: str) -> object:
    if not cell:
        return None
    if name == "sample":
        return {"true": True, "false": False}.get(cell.lower(), cell)
    if name in VERSIONS:
        return int(cell) if cell.isascii() and cell.isdigit() else cell
    if cell[0] == "'" and _FORMULA.match(cell):
        cell = cell[1:]
    if name == "alternatives":
        return [
            re.sub(r"\\[\\nr]", lambda found: _UNESCAPES[found[0]], line)
            for line in re.split(r"\r\n|\r|\n", cell)
            if line.strip()
        ]
    return cell
