"""What the bot takes for a question when nobody put it to the bot."""

from __future__ import annotations

import pytest

from bot.questions import is_question, is_small_talk


@pytest.mark.parametrize(
    "text",
    [
        "Hoe vraag ik zorgtoeslag aan?",
        "how do I get a BSN",
        "weet iemand of je DigiD nodig hebt voor huurtoeslag",
        "Hoi allemaal, ik ben nieuw hier. Mag ik bijverdienen met WW?",
        "Wo kann ich mich anmelden",
        "I am looking for help with my tax return",
        "Ik snap niet wat er in die brief van DUO staat",
        "kan ik toeslag krijgen als ik een kamer huur",
        "Gdzie mogę złożyć wniosek o dodatek?",
        "هل يمكنني الحصول على بدل الإيجار؟",
    ],
)
def test_questions(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "👍",
        "???",
        "Hi everyone!",
        "Goedemorgen allemaal",
        "thank you so much",
        "Dank je wel hoor",
        "Hoi, hoe gaat het?",
        "How are you?",
        "wat leuk",
        "I got my BSN yesterday, very happy.",
        "Gisteren bij de gemeente geweest, alles gelukt.",
    ],
)
def test_talk(text: str) -> None:
    assert not is_question(text)


def test_thanks_with_a_question_behind_it_is_no_small_talk() -> None:
    assert not is_small_talk("Thanks, and how do I cancel it?")
