"""One request to the homeserver, and what its answer means.

nio builds the paths and holds the connection; its own ``_send`` and ``sync`` are not used. They
wait and repeat without bound, advance the sync token before anybody has the events, drop events
that they can't parse, and print whole transport responses. So answers are read here, as JSON,
and every failure becomes one of four errors.

The access token goes into a header only: never into a path, a log line or an error.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import ClientError
from nio import AsyncClient

from bot.chat.matrix.reading import read_object
from bot.errors import Hindered, LoggedOut, TryLater

log = logging.getLogger(__name__)

Request = tuple[str, str] | tuple[str, str, str]
"""Method, path and maybe a body: what the functions of ``nio.Api`` give."""

PATIENCE = 30.0
"""Seconds for a request that the homeserver answers at once."""

_LONGEST_WAIT = 3600.0
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_LONG_PAUSE = 300.0
"""Seconds between tries while only an operator can lift what holds the account back."""

_HEARSAY_FOR = 300.0
"""Seconds that are waited at the most for an answer that another server may have given. It is more
than a homeserver asks for by itself when there are too many joins."""

_SAID_FOR = 3600.0
"""Seconds after which such a thing is said loudly again."""

_LOGGED_OUT = {
    "M_UNKNOWN_TOKEN": "no longer knows the bot's log-in",
    "M_MISSING_TOKEN": "misses the bot's log-in",
    "M_USER_DEACTIVATED": "says that the bot's account is deactivated for good",
}
_FINAL = {"M_USER_LIMIT_EXCEEDED", "M_INVITE_BLOCKED"}
"""Limits that neither waiting nor an operator lifts."""

_HINDERED = {
    "M_CONSENT_NOT_GIVEN": (
        "wants the bot's account to agree to its terms first",
        "open the homeserver's page of terms for that account and agree",
    ),
    "M_USER_SUSPENDED": (
        "has suspended the bot's account",
        "ask the homeserver's administrator to lift that",
    ),
    "M_USER_LOCKED": (
        "has locked the bot's account",
        "ask the homeserver's administrator to unlock it",
    ),
    "M_RESOURCE_LIMIT_EXCEEDED": (
        "has reached a limit of its own, such as its number of users",
        "ask the homeserver's administrator to lift that",
    ),
}
"""Code → what the homeserver does, what a person can do."""


class Refused(Exception):
    """The homeserver understood, and said no.

    Attributes:
        status: The HTTP status.
        code: The ``errcode``; empty when there was none.
    """

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(_one_line(f"{status} {code}: {text}"))
        self.status = status
        self.code = code


class Unexplained(TryLater):
    """A no without an ``errcode``: a proxy before the homeserver speaks."""


class NeedsPassword(Refused):
    """The homeserver does it only for who proves once more to be the account's owner.

    Attributes:
        session: To be given back beside the password.
    """

    def __init__(self, session: str) -> None:
        super().__init__(401, "", "asks for the password")
        self.session = session


class Wire:
    """The connection to one homeserver for one account.

    Attributes:
        token: The access token; empty before the log-in.
        logged_out: What a person should do once the token is no longer good.
    """

    def __init__(self, homeserver: str) -> None:
        self.token = ""
        self.logged_out = "log in anew"
        self._homeserver = homeserver
        self._client = AsyncClient(homeserver.rstrip("/"))
        self._said_at: dict[str, float] = {}

    async def ask(
        self, request: Request, patience: float = PATIENCE, *, relayed: bool = False
    ) -> dict[str, Any]:
        """Sends a request and gives the JSON object that came back.

        Args:
            request: From ``nio.Api``, built without a token.
            patience: Seconds until it counts as not answered.
            relayed: Whether another server may be the one that answers, as for a join. What
                such an answer says about the bot's account is not believed: anybody can have a
                server, and invite the bot there. Nor is it waited for as long as it may say.

        Raises:
            TryLater: No answer, not a whole one, or a demand for patience. It may have been
                carried out all the same.
            Hindered: An operator has to lift something first; never where it is relayed.
            LoggedOut: The token is no longer good; never where it is relayed.
            Refused: The homeserver said no.
        """
        method, path, *body = request
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            async with await self._client.send(
                method, _without_token(path), *body, headers=headers, timeout=patience
            ) as answer:
                status, waits = answer.status, answer.headers.get("Retry-After")
                told = read_object(await answer.read())
        except (ClientError, OSError, TimeoutError) as error:
            reason = type(error).__name__
            raise TryLater(f"no answer from {self._homeserver}: {reason}") from error
        if status == 200 and told is not None:
            return told
        if relayed and (hearsay := _hearsay(status, told or {})):
            raise hearsay
        meaning = self._meaning(status, told or {}, waits)
        if relayed and isinstance(meaning, TryLater) and meaning.retry_after is not None:
            meaning.retry_after = min(meaning.retry_after, _HEARSAY_FOR)
        raise meaning

    async def close(self) -> None:
        """Gives the connection back."""
        await self._client.close()
        # The transports of TLS connections close in the loop's next round.
        await asyncio.sleep(0)

    def _meaning(self, status: int, told: Mapping[str, Any], waits: str | None) -> Exception:
        code, text = str(told.get("errcode", "")), str(told.get("error", ""))
        if status == 401 and "flows" in told and isinstance(told.get("session"), str):
            return NeedsPassword(told["session"])
        if code in _HINDERED:
            return self._hindered(code, told)
        if code == "M_USER_DEACTIVATED":
            return LoggedOut(f"{self._homeserver} {_LOGGED_OUT[code]}: set up another account")
        if code in _LOGGED_OUT:
            # A soft log-out keeps the device; its keys stay good after the next log-in.
            what = "asks the bot to log in again" if told.get("soft_logout") else _LOGGED_OUT[code]
            return LoggedOut(f"{self._homeserver} {what}: {self.logged_out}")
        if code in _FINAL:
            return Refused(status, code, text)
        if status == 429 or code == "M_LIMIT_EXCEEDED":
            seconds = _seconds(waits, told.get("retry_after_ms"))
            return TryLater(f"{self._homeserver} asks for patience", seconds)
        # Without an errcode it is a proxy that speaks, such as 404 while the homeserver starts.
        if not code and 400 <= status < 500 and status != 413:
            return Unexplained(f"{self._homeserver} answered {status}", _seconds(waits, None))
        if status >= 500 or status == 200 or (not code and status != 413):
            return TryLater(f"{self._homeserver} answered {status}", _seconds(waits, None))
        return Refused(status, code, text)

    def _hindered(self, code: str, told: Mapping[str, Any]) -> Hindered:
        what, remedy = _HINDERED[code]
        for key in ("consent_uri", "admin_contact"):
            if isinstance(where := told.get(key), str):
                remedy += f" ({_one_line(where)})"
        now = asyncio.get_running_loop().time()
        if now - self._said_at.get(code, -_SAID_FOR) >= _SAID_FOR:
            self._said_at[code] = now
            log.error("account_held_back", extra={"code": code, "what_to_do": remedy})
        return Hindered(f"{self._homeserver} {what}", remedy, _LONG_PAUSE)


def pause_after(failures: int, asked: float | None, share: float) -> float:
    """Seconds to wait before the next try.

    Args:
        failures: In a row, from 1.
        asked: What the other side asked for, if it did.
        share: Random, 0 to 1, so that many clients don't come back in step.

    Returns:
        Between half and all of 0.5 s doubled with each failure up to 30 s; never less than what
        was asked for.
    """
    longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** min(failures - 1, 16))
    return max(asked or 0.0, longest * (0.5 + share / 2))


def _hearsay(status: int, told: Mapping[str, Any]) -> Exception | None:
    """What a relayed answer means that says something about the bot's own account."""
    code = told.get("errcode")
    if code in _LOGGED_OUT:
        # Where it is true, the next sync says so too.
        return Refused(status, str(code), "said in the name of another server")
    if code in _HINDERED:
        # Maybe the bot's own homeserver speaks, so that waiting helps. Its address and its
        # contact are not passed on: an operator would follow them.
        return TryLater(f"the homeserver, or another one, answered {status} {code}")
    return None


def _seconds(header: str | None, milliseconds: Any) -> float | None:
    # Synapse rounds the header up to whole seconds; the body is exact, but deprecated.
    if isinstance(milliseconds, int | float) and 0 <= milliseconds < float("inf"):
        return float(min(milliseconds / 1000, _LONGEST_WAIT))
    if header is not None and header.isascii() and header.isdigit():
        return min(float(header), _LONGEST_WAIT)
    return None


def _without_token(path: str) -> str:
    # nio puts `access_token=` into every query; with a header beside it that is an error.
    parts = urlsplit(path)
    return urlunsplit(parts._replace(query=urlencode(parse_qsl(parts.query))))


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
