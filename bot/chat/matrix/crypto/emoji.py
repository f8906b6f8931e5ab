"""The 64 emoji that two people compare, with their names in English and Dutch.

Order and names are the Matrix specification's (client-server API, SAS method ``emoji``), so that
they are the ones a person's client shows.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Emoji:
    """One of the 64.

    Attributes:
        emoji: The character, with the selector that asks for colour where it needs one.
        english, dutch: Its names.
    """

    emoji: str
    english: str
    dutch: str


_TABLE = """\
🐶 Dog/Hond           🐱 Cat/Kat             🦁 Lion/Leeuw          🐎 Horse/Paard
🦄 Unicorn/Eenhoorn   🐷 Pig/Varken          🐘 Elephant/Olifant    🐰 Rabbit/Konijn
🐼 Panda/Panda        🐓 Rooster/Haan        🐧 Penguin/Pinguïn     🐢 Turtle/Schildpad
🐟 Fish/Vis           🐙 Octopus/Octopus     🦋 Butterfly/Vlinder   🌷 Flower/Bloem
🌳 Tree/Boom          🌵 Cactus/Cactus       🍄 Mushroom/Paddenstoel  🌏 Globe/Wereldbol
🌙 Moon/Maan          ☁️ Cloud/Wolk           🔥 Fire/Vuur           🍌 Banana/Banaan
🍎 Apple/Appel        🍓 Strawberry/Aardbei  🌽 Corn/Maïs           🍕 Pizza/Pizza
🎂 Cake/Taart         ❤️ Heart/Hart           😀 Smiley/Smiley       🤖 Robot/Robot
🎩 Hat/Hoed           👓 Glasses/Bril        🔧 Spanner/Moersleutel  🎅 Santa/Kerstman
👍 Thumbs Up/Duim omhoog  ☂️ Umbrella/Paraplu  ⌛ Hourglass/Zandloper  ⏰ Clock/Wekker
🎁 Gift/Geschenk      💡 Light Bulb/Gloeilamp  📕 Book/Boek         ✏️ Pencil/Potlood
📎 Paperclip/Papierklemmetje  ✂️ Scissors/Schaar  🔒 Lock/Slot      🔑 Key/Sleutel
🔨 Hammer/Hamer       ☎️ Telephone/Telefoon   🏁 Flag/Vlag           🚂 Train/Trein
🚲 Bicycle/Fiets      ✈️ Aeroplane/Vliegtuig  🚀 Rocket/Raket        🏆 Trophy/Trofee
⚽ Ball/Bal           🎸 Guitar/Gitaar       🎺 Trumpet/Trompet     🔔 Bell/Bel
⚓ Anchor/Anker       🎧 Headphones/Koptelefoon  📁 Folder/Map      📌 Pin/Duimspijker
"""


def _one(text: str) -> Emoji:
    emoji, _, names = text.strip().partition(" ")
    english, _, dutch = names.partition("/")
    return Emoji(emoji, english, dutch)


EMOJI = tuple(
    _one(text) for line in _TABLE.splitlines() for text in line.split("  ") if text.strip()
)
"""By number, 0 to 63."""
