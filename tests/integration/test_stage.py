"""The throwaway homeserver and its people, which tests, demo and benchmark stand on."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import aiohttp
import pytest
from stage.homeserver import Homeserver, HomeserverFailed
from stage.person import Refused

from tests.town import Town, unique

pytestmark = pytest.mark.synapse

SCRIPTS = Path(__file__).parents[2] / "scripts"
ORPHAN = """
import asyncio
from stage.homeserver import Homeserver
async def main():
    server = Homeserver()
    await server.start()
    print(server.url, flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


async def answers(url: str) -> bool:
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{url}/_matrix/client/versions"),
        ):
            return True
    except aiohttp.ClientError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of the death")
async def test_no_homeserver_outlives_a_process_that_was_killed(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        ORPHAN,
        env={**os.environ, "PYTHONPATH": str(SCRIPTS), "TMPDIR": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    url = (await asyncio.wait_for(process.stdout.readline(), 60)).decode().strip()
    assert await answers(url)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    async with asyncio.timeout(10):
        while await answers(url):
            pass


async def test_a_homeserver_that_cannot_start_tells_why() -> None:
    server = Homeserver(default_room_version="nonsense")
    with pytest.raises(HomeserverFailed, match="Unknown default_room_version"):
        await server.start()
    await server.close()
    assert not server.running


async def test_a_homeserver_knows_everything_again_after_a_restart(town: Town) -> None:
    url = town.homeserver.url
    event = await town.anna.say(town.community, "remember")
    await town.homeserver.restart()
    assert town.homeserver.url == url
    assert (await town.anna.wait_for(lambda seen: seen.id == event)).text == "remember"


async def test_a_name_is_given_once(homeserver: Homeserver) -> None:
    name = unique("anna")
    await homeserver.register(name)
    with pytest.raises(HomeserverFailed, match="already taken"):
        await homeserver.register(name)


async def test_a_person_sees_what_others_do_in_order_and_when_it_came(town: Town) -> None:
    root = await town.vera.say(town.community, "root")
    await town.vera.say(town.community, "inside", thread=root)
    await town.vera.react(town.community, root, "👍")
    seen = await town.anna.wait_for(lambda seen: seen.kind == "m.reaction")
    texts = [(each.text, each.thread) for each in town.anna.seen if each.text]
    assert texts == [("root", None), ("inside", root)]
    assert seen.sender == town.vera.user_id
    assert [each.arrived for each in town.anna.seen] == sorted(
        each.arrived for each in town.anna.seen
    )


async def test_a_person_who_listens_sees_while_doing_other_things(town: Town) -> None:
    async with asyncio.TaskGroup() as group:
        listening = group.create_task(town.anna.listen())
        event = await town.vera.say(town.community, "hello")
        await town.anna.wait_for(lambda seen: seen.id == event)
        await town.anna.wait_for(lambda seen: seen.text == "hello")
        listening.cancel()


async def test_a_wait_in_vain_tells_what_was_seen_instead(town: Town) -> None:
    await town.vera.say(town.community, "something else")
    with pytest.raises(TimeoutError, match=r"for the answer; last seen:(?s:.)*something else"):
        await town.anna.wait_for(lambda seen: seen.text == "answer", 0.3, "the answer")


async def test_what_the_homeserver_forbids_is_told(town: Town) -> None:
    with pytest.raises(Refused, match="403 M_FORBIDDEN"):
        await town.anna.join(town.desk)
