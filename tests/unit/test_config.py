"""The settings, and how a mistake in them is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config import Role, keys, load, secrets
from bot.errors import ConfigError

SAMPLE = Path(__file__).parents[2] / "config.yaml"


def changed(tmp_path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    raw = yaml.safe_load(SAMPLE.read_text())
    change(raw)
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(raw))
    return path


def named(raw: object, path: str = "") -> set[str]:
    """Every key that a document holds, in the form of ``bot.config.keys``."""
    if isinstance(raw, dict) and raw:
        return set().union(
            *(named(value, f"{path}.{key}" if path else key) for key, value in raw.items())
        )
    if isinstance(raw, list) and raw and isinstance(raw[0], dict):
        return set().union(*(named(value, f"{path}[]") for value in raw))
    return {path}


def test_the_sample_names_exactly_the_keys_the_code_knows() -> None:
    assert named(yaml.safe_load(SAMPLE.read_text())) == keys()


def test_every_key_of_the_sample_is_explained_by_a_comment_above_it() -> None:
    explained, comment = set(), False
    for line in map(str.strip, SAMPLE.read_text().splitlines()):
        if line.startswith("#"):
            comment = True
        elif line:
            key = line.removeprefix("- ").split(":")[0]
            days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
            groups = ("score", "margin", "unaddressed", "room", "id", "who", *days)
            first_in_a_group = key in groups
            group = line.endswith(":")
            assert comment or group or first_in_a_group or key in explained, line
            explained.add(key)
            comment = group and comment
    assert {"patience", "lexical_weight", "may_vet"} <= explained


def test_the_sample_loads_with_paths_from_its_own_folder() -> None:
    config = load(SAMPLE)
    assert config.data_dir == SAMPLE.parent / "data"
    assert config.entries == SAMPLE.parent / "knowledge" / "entries"
    assert config.responders[1].role is Role.OFFICIAL


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda raw: raw["rooms"]["community"][0].update(scop="x"),
            "rooms.community[0].scop: unknown key; did you mean 'scope'?",
        ),
        (
            lambda raw: raw.update(colour="red"),
            "colour: unknown key; allowed here: answering, budgets, data_dir, desk, embedding, "
            "entries, hours, invites, log, log_format, matrix, responders, rooms, "
            "shutdown_seconds, web",
        ),
        (
            lambda raw: raw["web"].update(host="0.0.0.0"),
            "web.host: '0.0.0.0' is not of this machine alone, and what is told there is not "
            "encrypted; use 127.0.0.1, with a reverse proxy in front for others",
        ),
        (
            lambda raw: raw["answering"].update(patience="soon"),
            "answering.patience: 'soon' is not allowed; it should be a valid number, "
            "unable to parse string as a number",
        ),
        (
            lambda raw: raw["answering"].update(patience=-1),
            "answering.patience: -1 is not allowed; it should be greater than or equal to 0",
        ),
        (
            lambda raw: raw["invites"].update(spaces=["#space:localhost"]),
            "invites.spaces: has no effect unless invites.members_only is true",
        ),
        (
            lambda raw: raw["invites"].update(servers=["https://example.org"]),
            "invites.servers[0]: 'https://example.org' is not allowed; it should be a "
            "homeserver's name such as example.org",
        ),
        (
            lambda raw: raw["budgets"].update(person=-1),
            "budgets.person: -1 is not allowed; it should be greater than or equal to 0",
        ),
        (
            lambda raw: raw["desk"].update(weekly="monday 9:00"),
            "desk.weekly: 'monday 9:00' is not allowed; it should be a day and time like mon 09:00",
        ),
        (lambda raw: raw.pop("matrix"), "matrix: is missing; see the sample config.yaml"),
        (
            lambda raw: raw["rooms"].update(desk="desk"),
            "rooms.desk: 'desk' is not allowed; it should be a room id (!…) or an alias "
            "(#name:server)",
        ),
        (
            lambda raw: raw["matrix"].update(user_id="loket"),
            "matrix.user_id: 'loket' is not allowed; it should be a user id (@name:server)",
        ),
        (
            lambda raw: raw["matrix"].update(homeserver="example.org"),
            "matrix.homeserver: 'example.org' is not allowed; it should be an address that "
            "starts with http:// or https://",
        ),
        (
            lambda raw: raw["responders"][0].update(role="boss"),
            "responders[0].role: 'boss' is not allowed; it should be 'volunteer' or 'official'",
        ),
        (
            lambda raw: raw["responders"][1].update(body=None),
            "responders[1].body: is missing; an official answers for a body",
        ),
        (
            lambda raw: raw["responders"][0].update(id="@loket:localhost"),
            "responders[0].id: is the bot itself; name a person",
        ),
        (
            lambda raw: raw["rooms"]["community"].append({"room": "#desk:localhost"}),
            "rooms.community[1].room: '#desk:localhost' is rooms.desk already; name another room",
        ),
        (
            lambda raw: raw["rooms"]["community"][0].update(languages=["Dutch"]),
            "rooms.community[0].languages[0]: 'Dutch' is not allowed; it should be an ISO 639 "
            "code such as nl or en",
        ),
    ],
)
def test_a_mistake_is_told_in_one_line_with_path_value_and_what_is_allowed(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], told: str
) -> None:
    with pytest.raises(ConfigError) as error:
        load(changed(tmp_path, change))
    assert str(error.value) == told


def test_several_mistakes_are_counted(tmp_path: Path) -> None:
    path = changed(tmp_path, lambda raw: raw["answering"].update(patience=-1, enabled="perhaps"))
    with pytest.raises(ConfigError, match=r"\(and 1 more\)"):
        load(path)


def test_a_room_without_a_place_is_about_the_whole_country(tmp_path: Path) -> None:
    path = changed(tmp_path, lambda raw: raw["rooms"]["community"][0].update(scope=None))
    assert load(path).rooms.community[0].scope == "nl"


def test_a_models_folder_is_taken_from_the_files_folder(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    path = changed(tmp_path, lambda raw: raw["embedding"].update(model="model"))
    assert load(path).embedding.model == str(tmp_path / "model")


@pytest.mark.parametrize("content", ["", "- a", "a: [", "\tb: 1", b"\xff\xfe"])
def test_a_file_that_is_no_settings_is_one_clear_line(tmp_path: Path, content: str | bytes) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ConfigError) as error:
        load(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        load(tmp_path / "config.yaml")


@pytest.mark.parametrize("data", ["data", "data/of/loket"])
def test_a_file_where_the_folder_of_data_should_be_is_named(tmp_path: Path, data: str) -> None:
    (tmp_path / "data").touch()
    with pytest.raises(ConfigError) as error:
        load(changed(tmp_path, lambda raw: raw.update(data_dir=data)))
    assert str(error.value) == (
        f"data_dir: {tmp_path / 'data'} is a file; name a folder, which is made where there is none"
    )


def test_secrets_come_from_the_environment_and_never_show() -> None:
    found = secrets({"LOKET_MATRIX_TOKEN": "syt_secret", "LOKET_MATRIX_PASSWORD": ""})
    assert found.token == "syt_secret"
    assert found.password is None
    assert "syt_secret" not in repr(found)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_monitoring_listens_on_any_address_of_this_machine_alone(tmp_path: Path, host: str) -> None:
    assert load(changed(tmp_path, lambda raw: raw["web"].update(host=host))).web.host == host


def test_without_a_word_on_it_nobody_is_told_how_the_bot_is(tmp_path: Path) -> None:
    assert load(changed(tmp_path, lambda raw: raw.pop("web"))).web.port is None
