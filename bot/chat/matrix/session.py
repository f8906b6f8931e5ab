"""The bot's log-in: a token from the environment, or a password's log-in, kept and used again.

A log-in of its own at every start would leave a device each time, and homeservers allow few.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from nio import Api

from bot.chat.matrix.wire import Refused, Wire
from bot.config import Secrets
from bot.errors import ConfigError, LoggedOut, TryLater


@dataclass(frozen=True, slots=True)
class Session:
    """A log-in made with the password.

    Attributes:
        homeserver, user_id: Where and for whom it holds.
        device_id: The device that the homeserver lists for it.
        token: The access token.
    """

    homeserver: str
    user_id: str
    device_id: str
    token: str = field(repr=False)


async def log_in(
    wire: Wire,
    *,
    homeserver: str,
    user_id: str,
    device_name: str,
    session_file: Path,
    secrets: Secrets,
    anew: bool = False,
) -> str:
    """Gives the wire a token that is good for the configured user; returns the device's id.

    With ``anew`` the log-in before is given up, and its device with it: the keys that belong to
    it are lost.

    Raises:
        ConfigError: There is no secret, the password is wrong, the token is another user's, or
            the log-in can't be kept.
        LoggedOut: The token in the environment is no longer good.
        TryLater: The homeserver is away.
    """
    if secrets.token:
        if anew:
            text = "belongs to a device whose keys are lost; set a token of a new log-in, or "
            text += "leave it out and set LOKET_MATRIX_PASSWORD"
            raise ConfigError("LOKET_MATRIX_TOKEN", text)
        wire.token = secrets.token
        wire.logged_out = "set LOKET_MATRIX_TOKEN to a token that is valid"
        return await _confirm(wire, user_id)
    wire.logged_out = "start again with LOKET_MATRIX_PASSWORD set, or with LOKET_MATRIX_TOKEN"
    kept = _kept(session_file, homeserver, user_id)
    given_up = ""
    if kept is not None and anew:
        given_up, kept = kept.token, None
    if kept is not None:
        wire.token = kept.token
        try:
            return await _confirm(wire, user_id)
        except LoggedOut:
            if not secrets.password:
                raise
    if not secrets.password and anew:
        text = "is not set, and the keys of this log-in are lost; set it once for a new one"
        raise ConfigError("LOKET_MATRIX_PASSWORD", text)
    if not secrets.password:
        raise ConfigError("LOKET_MATRIX_TOKEN", "is not set, nor is LOKET_MATRIX_PASSWORD")
    wire.token = ""
    device_id = kept.device_id if kept is not None else ""
    try:
        made = await wire.ask(Api.login(user_id, secrets.password, device_name, device_id))
    except Refused as refused:
        text = f"{homeserver} refuses it for {user_id} ({refused})"
        raise ConfigError("LOKET_MATRIX_PASSWORD", text) from refused
    if given_up:
        await _give_up(wire, given_up)
    wire.token = str(made["access_token"])
    device_id = await _confirm(wire, user_id)
    try:
        _keep(session_file, Session(homeserver, user_id, str(made["device_id"]), wire.token))
    except OSError as error:
        text = f"can't hold the log-in in {session_file}: {error.strerror}"
        raise ConfigError("data_dir", text) from error
    return device_id


async def _give_up(wire: Wire, token: str) -> None:
    """Ends another log-in, and its device with it; it does no harm where it stays."""
    wire.token = token
    with suppress(Refused, TryLater, LoggedOut):
        await wire.ask(("POST", "/_matrix/client/v3/logout", "{}"))


async def _confirm(wire: Wire, user_id: str) -> str:
    try:
        told = await wire.ask(Api.whoami(""))
        found = told.get("user_id")
    except Refused as refused:
        raise ConfigError("matrix.homeserver", f"does not say who the bot is ({refused})") from None
    if found != user_id:
        text = f"is {user_id}, but the log-in belongs to {found}; change one of the two"
        raise ConfigError("matrix.user_id", text)
    return str(told.get("device_id", ""))


def _kept(path: Path, homeserver: str, user_id: str) -> Session | None:
    try:
        session = Session(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        # Missing, cut short, or of another layout: a new log-in mends it.
        return None
    same = (session.homeserver, session.user_id) == (homeserver, user_id)
    return session if same else None


def _keep(path: Path, session: Session) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(session), file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
