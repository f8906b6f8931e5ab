"""What people say in a case's thread that is neither a question nor an answer."""

from __future__ import annotations

import pytest

from bot.remarks import asks_too, is_grateful, is_noted, is_unclear, may_answer


@pytest.mark.parametrize(
    "text",
    [
        *("I would like to know that too!", "I want to know that too", "Me too", "same here"),
        *("➕", "+1", "I have the same question.", "I'm curious too", "I also want to know this"),
        *("Ik ook", "Dat wil ik ook weten!", "Dat zou ik ook graag willen weten", "zelfde vraag"),
        *("same question here", "lol same", "Interested in this as well"),
        *("Ik vraag me dat ook af", "Ben ook benieuwd", "Ik wil dat ook graag weten"),
    ],
)
def test_who_has_the_same_question(text: str) -> None:
    assert asks_too(text)
    assert not may_answer(text)


@pytest.mark.parametrize(
    "text",
    [
        *("Good question", "Goede vraag!", "following", "Ik volg", "👀", "Thanks!", "Hi everyone"),
        *("Which town do you live in?", "Where do you live", "In welke stad woon je?", "Dank je"),
        *("No idea, sorry", "I don't know either", "Geen idee", "Succes!", "Interesting", "hmm"),
        *(
            "It depends",
            "Dat hangt ervan af",
            "Did you ask the shop?",
            "Ok",
            "So do I",
            "idk sorry",
            "same for me, my permit expired",
            "I had that last year too, nobody knew",
            "At the post office.",
            "Can somebody help her",
        ),
    ],
)
def test_what_a_neighbour_writes_that_is_no_answer(text: str) -> None:
    assert not may_answer(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "You get it at the post office.",
            "Dat koop je gewoon bij de gemeente.",
            "Try the town hall, second floor",
            "Open 9:30 to 12:00",
        ),
        *("https://example.org/fish", "14030", "Same as for a boat: at the harbour"),
        *("I had the same question: you get it at the harbour", "See https://example.org/?q=fish"),
        *("That is sold in every fishing shop", "You don't need one below 16"),
    ],
)
def test_what_a_neighbour_writes_that_may_be_an_answer(text: str) -> None:
    assert may_answer(text)
    assert not asks_too(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Thank you!",
            "Thank you, that was very helpful, I got it!",
            "Great, thanks a lot",
        ),
        *(
            "Dank je wel, ik heb het!",
            "Super bedankt, het is gelukt",
            "Thanks, how kind!",
        ),
        *("Thanks, will do!", "Thanks. Did that and it worked", "Thanks, no more questions!"),
        *("Nogmaals bedankt!", "Dank je, geen vragen meer", "Danke, das hat geholfen"),
        *("شكرا جزيلا", "Merci beaucoup", "Teşekkürler", "Dziękuję", "Дякую"),
        *("Thanks, it couldn't be easier", "Thnx!", "Cheers, I have it now"),
        "I have been there and it went well, thank you so much for your help",
    ],
)
def test_thanks_with_more_words_are_thanks(text: str) -> None:
    assert is_grateful(text)


@pytest.mark.parametrize(
    "text",
    [
        *("Thanks, but it doesn't work", "Thank you. And where is that?", "Thanks, can I go today"),
        *("Bedankt, maar de winkel is dicht", "Dank je, het is niet gelukt", "Thanks for nothing"),
        *("Thank you, and which post office", "I got the permit!", "Bedankt. Waar is dat"),
        *(
            "Thank you, the shop was closed",
            "Thanks. Can it be done online",
            "Bedankt, kan het ook",
        ),
        *("Thanks, do I need my passport", "Thanks, I am still waiting"),
        *("Thanks. I went there and they sent me away", "Thanks, I mean the sea permit"),
        *("Thanks, I went there, they want 50 euros", "Bedankt hoor, lekker nutteloos"),
        *("Thank you, I tried this, it costs money I lack", "Thanks 👎"),
    ],
)
def test_thanks_that_ask_or_deny_something_are_none(text: str) -> None:
    assert not is_grateful(text)


@pytest.mark.parametrize(
    "text",
    [
        *("Ok", "Got it", "I see, clear!", "I will try that", "Okay, that helped", "It worked!"),
        *(
            "I'll call them tomorrow",
            "Ik bel ze morgen",
            "Good to know",
            "Great, that's what I needed",
        ),
        *("I understand", "Goed om te weten", "Yes, it did", "Aha"),
        *("Duidelijk", "Dat ga ik doen", "Ik ga het proberen", "👍", "Prima, dat helpt", "Ja"),
    ],
)
def test_what_only_says_that_it_was_read(text: str) -> None:
    assert is_noted(text)
    assert not is_unclear(text)


@pytest.mark.parametrize(
    "text",
    [
        *("I'll go there but it is closed", "Ik ga daar niet heen"),
        *("That is wrong, the shop sent me away", "Which post office?", "It did not help"),
        *("That does not help me, the shop is closed.", "Dat klopt niet", "Ik heb nog een vraag"),
    ],
)
def test_what_says_that_something_is_unclear_or_wrong(text: str) -> None:
    assert is_unclear(text)
    assert not is_noted(text)


@pytest.mark.parametrize("text", ["ok" + "\n" * 16_000 + "x", "ok." + " " * 16_000 + "x"])
def test_a_message_of_empty_space_is_read_at_once(text: str) -> None:
    """Reading one took a minute."""
    assert not is_unclear(text)
    assert is_unclear(text + "?")


@pytest.mark.parametrize(
    "text",
    [
        *("👎", "😡", "?", "??", "Hello?", "0612345678", ":(", "ok 👎", "no"),
        *("I'll call my lawyer, this is outrageous", "Ik ga klagen bij de gemeente"),
        *("I'll ask again in another room", "I am going to have to ask for something else"),
    ],
)
def test_signs_digits_and_complaints_are_no_acknowledgement(text: str) -> None:
    assert not is_noted(text)
    assert not is_grateful(text)
