"""The settings: what ``config.yaml`` may say, and how it is read.

Secrets are not in here; they come from the environment. pydantic checks the types, so that a
wrong key or value is told with its path before anything starts.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import field, fields, is_dataclass
from datetime import time
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    TypeAdapter,
    ValidationError,
)
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from bot.errors import ConfigError
from bot.opening_hours import OpeningHours
from knowledge.entry import LANGUAGE, NATIONAL, place

_STRICT = ConfigDict(extra="forbid")


def _like(pattern: str, allowed: str) -> Any:
    """A text that matches the whole pattern; ``allowed`` says it in words."""

    def validate(value: object) -> str:
        if isinstance(value, str) and re.fullmatch(pattern, value):
            return value
        raise PydanticCustomError("wrong", "be {allowed}", {"allowed": allowed})

    return PlainValidator(validate)


def _known_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        allowed = "be a time zone such as Europe/Amsterdam"
        raise PydanticCustomError("wrong", "{allowed}", {"allowed": allowed}) from None
    return value


Language = Annotated[str, _like(LANGUAGE.pattern, "an ISO 639 code such as nl or en")]
UserId = Annotated[str, _like(r"@[^:\s]+:\S+", "a user id (@name:server)")]
Room = Annotated[str, _like(r"!\S+|#[^:\s]+:\S+", "a room id (!…) or an alias (#name:server)")]
Address = Annotated[str, _like(r"https?://\S+", "an address that starts with http:// or https://")]
Server = Annotated[str, _like(r"[\w.:\[\]-]+", "a homeserver's name such as example.org")]
TimeZone = Annotated[str, AfterValidator(_known_zone)]
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WeekTime = Annotated[
    str,
    _like(f"({'|'.join(_DAYS)}) ([01][0-9]|2[0-3]):[0-5][0-9]", "a day and time like mon 09:00"),
]
Scope = Annotated[
    str, BeforeValidator(lambda value: NATIONAL if value is None else value), AfterValidator(place)
]
Share = Annotated[float, Field(ge=0, le=1)]
Bound = Annotated[float, Field(ge=0, le=10)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Minutes = Annotated[float, Field(ge=0, le=43200)]
Hours = Annotated[float, Field(ge=0, le=8760)]
Days = Annotated[float, Field(ge=0, le=3650)]
Port = Annotated[int, Field(ge=1, le=65535)]


class Role(StrEnum):
    """Who a responder answers as."""

    VOLUNTEER = "volunteer"
    OFFICIAL = "official"


@dataclass(frozen=True, config=_STRICT)
class Matrix:
    """The account of the bot."""

    homeserver: Address
    user_id: UserId
    device_name: str = "Loket"
    encryption: bool = True


@dataclass(frozen=True, config=_STRICT)
class Community:
    """A room where citizens talk."""

    room: Room
    languages: tuple[Language, ...] = ()
    topics: tuple[str, ...] = ()
    scope: Scope = NATIONAL


@dataclass(frozen=True, config=_STRICT)
class Rooms:
    """The rooms that the bot works in."""

    desk: Room
    community: tuple[Community, ...] = ()
    desk_language: Language = "en"
    time_zone: TimeZone = "Europe/Amsterdam"


@dataclass(frozen=True, config=_STRICT)
class Responder:
    """A volunteer or an official."""

    id: UserId
    role: Role
    body: str | None = None
    topics: tuple[str, ...] = ()
    languages: tuple[Language, ...] = ()
    may_vet: bool = False


class Reach(StrEnum):
    """Whom a step brings a case to."""

    VOLUNTEERS = "volunteers"
    """All of them."""
    OFFICIALS = "officials"
    """Those of the body and topic, if there are any; else all."""


@dataclass(frozen=True, config=_STRICT)
class Step:
    """When a case that nobody has reaches more people."""

    minutes: Minutes
    who: Reach


@dataclass(frozen=True, config=_STRICT)
class Trust:
    """What steady good answers are, for which a volunteer is proposed to vet."""

    answers: Count = 20
    vetted_share: Share = 0.9
    days: Annotated[int, Field(ge=1, le=3650)] = 60


@dataclass(frozen=True, config=_STRICT)
class Desk:
    """How the work at the desk goes."""

    open_per_person: Count = 10
    steps: tuple[Step, ...] = (Step(60, Reach.VOLUNTEERS), Step(240, Reach.OFFICIALS))
    remind_hours: Hours = 8
    idle_hours: Hours = 24
    review_days: Days = 30
    snippets: dict[str, dict[Language, str]] = field(default_factory=dict)
    weekly: WeekTime | None = "mon 09:00"
    trust: Trust = field(default_factory=Trust)
    alike: Share = 0.92
    alike_across: Share = 0.75


@dataclass(frozen=True, config=_STRICT)
class Confidence:
    """What the best hit must reach before its answer is posted."""

    addressed: Bound = 1.17
    unaddressed: Bound = 1.29


@dataclass(frozen=True, config=_STRICT)
class Answering:
    """When the bot speaks."""

    enabled: bool = True
    patience: Minutes = 15
    edit_minutes: Minutes = 10
    promise_hours: Hours = 0
    measured_cases: Count = 1000
    resend_days: Days = 90
    flagged: Literal["mark", "pause"] = "mark"
    stale_translations: Literal["mark", "hold"] = "mark"
    confidence: Confidence = field(default_factory=Confidence)


@dataclass(frozen=True, config=_STRICT)
class Budgets:
    """How much the bot does within an hour."""

    person: Count = 30
    room: Count = 200


@dataclass(frozen=True, config=_STRICT)
class Invites:
    """Who may open a direct chat with the bot; all that is set must hold."""

    servers: tuple[Server, ...] = ()
    members_only: bool = False
    spaces: tuple[Room, ...] = ()
    power: int | None = None


@dataclass(frozen=True, config=_STRICT)
class Embedding:
    """The model that questions and entries are compared with."""

    model: str = "bundled"
    prefix: str = "query: "
    threads: Annotated[int, Field(ge=0, le=256)] = 0
    lexical_weight: Share = 0.2


@dataclass(frozen=True, config=_STRICT)
class Web:
    """Where monitoring asks how the bot is."""

    host: str = "127.0.0.1"
    port: Port | None = None


@dataclass(frozen=True, config=_STRICT)
class Config:
    """Everything in ``config.yaml``; paths are absolute once loaded."""

    data_dir: Path
    matrix: Matrix
    rooms: Rooms
    responders: tuple[Responder, ...] = ()
    desk: Desk = field(default_factory=Desk)
    hours: tuple[OpeningHours, ...] = ()
    answering: Answering = field(default_factory=Answering)
    budgets: Budgets = field(default_factory=Budgets)
    invites: Invites = field(default_factory=Invites)
    embedding: Embedding = field(default_factory=Embedding)
    entries: Path | None = None
    web: Web = field(default_factory=Web)
    log: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["human", "json"] = "human"
    shutdown_seconds: Annotated[float, Field(ge=0, le=300)] = 10


@dataclass(frozen=True)
class Secrets:
    """What only the environment knows."""

    token: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    crypto_key: str | None = field(default=None, repr=False)


def load(path: Path) -> Config:
    """Reads the settings; ``data_dir`` and ``entries`` are taken from the file's folder.

    Raises:
        ConfigError: The file is missing, is not YAML, or a key or value is not allowed. The
            text names the path, the value and what is allowed.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(str(path), f"can't be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        what = getattr(error, "problem", None) or "the file is not UTF-8 text"
        raise ConfigError(str(path), f"{where}not YAML: {what}") from error
    if not isinstance(raw, Mapping):
        raise ConfigError(str(path), "is empty or not a mapping; copy the sample config.yaml")
    try:
        config = TypeAdapter(Config).validate_python(raw)
    except ValidationError as error:
        raise _explained(error) from error
    folder = path.resolve().parent
    object.__setattr__(config, "data_dir", folder / config.data_dir)
    for each in (config.data_dir, *config.data_dir.parents):
        if os.path.exists(each) and not os.path.isdir(each):
            text = f"{each} is a file; name a folder, which is made where there is none"
            raise ConfigError("data_dir", text)
    if config.entries is not None:
        object.__setattr__(config, "entries", folder / config.entries)
    if (folder / config.embedding.model).is_dir():
        object.__setattr__(config.embedding, "model", str(folder / config.embedding.model))
    return _consistent(config)


def weekly_moment(text: str) -> tuple[int, time]:
    """The day, from 0 for Monday, and the time of a ``WeekTime``."""
    day, _, at = text.partition(" ")
    return _DAYS.index(day), time.fromisoformat(at)


def secrets(environ: Mapping[str, str] = os.environ) -> Secrets:
    """The secrets from the environment; an empty value counts as none."""
    return Secrets(
        token=environ.get("LOKET_MATRIX_TOKEN") or None,
        password=environ.get("LOKET_MATRIX_PASSWORD") or None,
        crypto_key=environ.get("LOKET_CRYPTO_KEY") or None,
    )


def keys(of: Any = Config, path: str = "") -> set[str]:
    """Every key that ``config.yaml`` may hold, lists as ``rooms.community[].room``."""
    found: set[str] = set()
    hints = get_type_hints(of)
    for each in fields(of):
        name = f"{path}{each.name}"
        hint = hints[each.name]
        if is_dataclass(hint):
            found |= keys(hint, name + ".")
        elif inner := [arg for arg in getattr(hint, "__args__", ()) if is_dataclass(arg)]:
            found |= keys(inner[0], name + "[].")
        else:
            found.add(name)
    return found


def _consistent(config: Config) -> Config:
    if not _loopback(config.web.host):
        text = f"{config.web.host!r} is not of this machine alone, and what is told there is not "
        text += "encrypted; use 127.0.0.1, with a reverse proxy in front for others"
        raise ConfigError("web.host", text)
    seen: dict[str, str] = {config.rooms.desk: "rooms.desk"}
    for number, community in enumerate(config.rooms.community):
        where = f"rooms.community[{number}].room"
        if other := seen.get(community.room):
            raise ConfigError(where, f"{community.room!r} is {other} already; name another room")
        seen[community.room] = where
    if config.invites.spaces and not config.invites.members_only:
        raise ConfigError("invites.spaces", "has no effect unless invites.members_only is true")
    if config.desk.remind_hours > config.desk.idle_hours:
        text = f"{config.desk.remind_hours:g} is after desk.idle_hours; remind before that"
        raise ConfigError("desk.remind_hours", text)
    minutes = [step.minutes for step in config.desk.steps]
    for number, (before, after) in enumerate(pairwise(minutes), 1):
        if after < before:
            text = f"{after:g} is before the step above it; put the steps in their order"
            raise ConfigError(f"desk.steps[{number}].minutes", text)
    people: dict[str, int] = {}
    for number, responder in enumerate(config.responders):
        where = f"responders[{number}]"
        if responder.id in people:
            text = f"{responder.id!r} is responders[{people[responder.id]}] already; join the two"
            raise ConfigError(f"{where}.id", text)
        people[responder.id] = number
        if responder.id == config.matrix.user_id:
            raise ConfigError(f"{where}.id", "is the bot itself; name a person")
        if responder.role is Role.OFFICIAL and not responder.body:
            raise ConfigError(f"{where}.body", "is missing; an official answers for a body")
    for number, hours in enumerate(config.hours):
        hours.check(f"hours[{number}]")
    return config


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _explained(error: ValidationError) -> ConfigError:
    first = error.errors()[0]
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"])
    path = path.lstrip(".")
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    if first["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        known = _allowed_beside(path)
        unknown = path.rpartition(".")[2]
        near = difflib.get_close_matches(unknown, known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"allowed here: {', '.join(known)}"
        return ConfigError(path, f"unknown key; {hint}{more}")
    if first["type"] in ("missing", "missing_argument"):
        return ConfigError(path, f"is missing; see the sample config.yaml{more}")
    allowed = first["msg"].removeprefix("Input should ").removeprefix("String should ")
    return ConfigError(path, f"{first['input']!r} is not allowed; it should {allowed}{more}")


def _allowed_beside(path: str) -> list[str]:
    plain = "".join("[]" if part.isdigit() else part for part in path.replace("]", "[").split("["))
    folder = plain.rpartition(".")[0]
    start = f"{folder}." if folder else ""
    beside = {key[len(start) :] for key in keys() if key.startswith(start)}
    return sorted({key.split(".")[0].removesuffix("[]") for key in beside})
