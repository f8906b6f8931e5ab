"""The bot's log-in at the homeserver, and the device with its keys that belongs to it."""

from __future__ import annotations

import asyncio
import logging
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from bot.chat.matrix.crypto.machine import Crypto, KeysLost
from bot.chat.matrix.crypto.private_file import held
from bot.chat.matrix.session import log_in
from bot.chat.matrix.wire import Wire
from bot.config import Secrets
from bot.errors import ConfigError
from bot.ports import Clock

log = logging.getLogger(__name__)

PATIENCE = 5.0
"""Seconds to wait at the start for whoever holds the keys: they may only be making sure of them."""

_LOOK_EVERY = 0.2
"""Seconds between two tries to hold the keys."""


class Account:
    """One log-in; ``open``, then ``close``.

    Args:
        wire: The connection; is given the token.
        homeserver: Its address.
        user_id: The bot's own.
        device_name: How its log-in is called in its list of devices.
        session_file: Where a log-in by password is kept; made with mode 0600.
        secrets: The token or the password, and what the keys are sealed with.
        keys: Folder for the keys of encrypted rooms; None: there are none.
        clock: For what is asked again later.
    """

    def __init__(
        self,
        wire: Wire,
        *,
        homeserver: str,
        user_id: str,
        device_name: str,
        session_file: Path,
        secrets: Secrets,
        keys: Path | None,
        clock: Clock,
    ) -> None:
        self._wire = wire
        self._homeserver = homeserver
        self._user_id = user_id
        self._device_name = device_name
        self._session_file = session_file
        self._secrets = secrets
        self._keys = keys
        self._clock = clock
        self._holding = ExitStack()
        self._crypto: Crypto | None = None

    async def open(self, *, beside: bool = False) -> Crypto | None:
        """Logs in; gives the device's keys, which are this one's alone until ``close``.

        Args:
            beside: The bot may be running: then nothing is written or uploaded, and of the keys
                only what ``Crypto.look`` leaves may be asked. Else they are made sure of.

        Raises:
            ConfigError: A secret is missing or wrong, the account is another, or another bot
                runs with the same keys.
            LoggedOut: The access token is no longer good.
            TryLater: The homeserver is away.
        """
        if self._keys is None:
            await self._log_in(self._secrets)
            return None
        if not await self._hold(self._keys, beside=beside):
            return await self._look(self._keys)
        try:
            await self._make(self._keys, await self._log_in(self._secrets))
        except KeysLost:
            log.error("device_keys_lost")
            self._close_keys()
            await self._make(self._keys, await self._log_in(self._secrets, anew=True))
        if beside:
            self._holding.close()
        return self._crypto

    def close(self) -> None:
        """Lets go of the keys."""
        self._close_keys()
        self._holding.close()

    async def _hold(self, folder: Path, *, beside: bool) -> bool:
        """Whether the keys are this one's alone from now on."""
        now = asyncio.get_running_loop().time
        until = now() + PATIENCE
        while True:
            try:
                self._holding.enter_context(held(folder))
            except ConfigError:
                if beside:
                    return False
                if now() >= until:
                    raise
            else:
                return True
            await asyncio.sleep(_LOOK_EVERY)

    async def _look(self, folder: Path) -> Crypto:
        # Without the password, so that the log-in stays as it is, too.
        unchanged = replace(self._secrets, password=None)
        self._crypto = self._device(folder, await self._log_in(unchanged))
        try:
            await self._crypto.look()
        except KeysLost as lost:
            text = f"the bot that runs with {folder} has other keys or another log-in: {lost}"
            raise ConfigError("data_dir", text) from None
        return self._crypto

    async def _make(self, folder: Path, device_id: str) -> None:
        self._crypto = self._device(folder, device_id)
        await self._crypto.open(self._secrets.password)

    def _device(self, folder: Path, device_id: str) -> Crypto:
        return Crypto(
            self._wire,
            folder,
            self._secrets.crypto_key or "",
            user_id=self._user_id,
            device_id=device_id,
            clock=self._clock,
        )

    def _close_keys(self) -> None:
        if self._crypto is not None:
            self._crypto.close()
            self._crypto = None

    async def _log_in(self, secrets: Secrets, *, anew: bool = False) -> str:
        return await log_in(
            self._wire,
            homeserver=self._homeserver,
            user_id=self._user_id,
            device_name=self._device_name,
            session_file=self._session_file,
            secrets=secrets,
            anew=anew,
        )
