"""Personal details are found in what askers write, and left out of what becomes knowledge."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban
from stdnum.nl import bsn

from bot.privacy import LONGEST_WORDING, Kind, found, left_out, masked, wording


@pytest.mark.parametrize(
    ("text", "general", "kinds"),
    [
        ("My BSN is 123456782.", "My BSN is [number].", [Kind.NUMBER]),
        ("1234.56.782 and 12345672", "[number] and [number]", [Kind.NUMBER]),
        ("case 2026000123456?", "case [number]?", [Kind.NUMBER]),
        ("mail ada@example.org", "mail [e-mail]", [Kind.EMAIL]),
        ("I am @ada:example.org", "I am [account]", [Kind.ACCOUNT]),
        ("https://matrix.to/#/@ada:example.org", "https://matrix.to/#/[account]", [Kind.ACCOUNT]),
        ("NL91ABNA0417164300 is mine", "[bank account] is mine", [Kind.IBAN]),
        ("nl91 abna 0417 1643 00 too", "[bank account] too", [Kind.IBAN]),
        ("call 06-12345678 now", "call [phone] now", [Kind.PHONE]),
        ("or +32 470 12 34 56", "or [phone]", [Kind.PHONE]),
        ("I live at Dorpsstraat 12, 1234 AB Delft", "I live at [address] Delft", [Kind.ADDRESS]),
        ("1012ab 14a", "[address]", [Kind.ADDRESS]),
        ("Kerklaan 5", "[address]", [Kind.ADDRESS]),
        ("born on 12-03-1985", "born on [date of birth]", [Kind.BIRTH]),
        ("12 maart 1985 geboren", "[date of birth] geboren", [Kind.BIRTH]),
    ],
)
def test_personal_details_are_left_out(text: str, general: str, kinds: list[Kind]) -> None:
    assert masked(text, "en") == (general, tuple(kinds))
    assert found(text) == tuple(kinds)
    assert left_out(general) == tuple(kinds)


@pytest.mark.parametrize(
    "text",
    [
        "Can I call 0800-1234567 or 14 030?",
        "From 01-01-2026 the rent goes up to 1.450,00 euro. Do I get 12345678?",
        "In 2026 we need form W-8 for 3 children. Where?",
        "Does the Huis van de Wijk open at 9.30?",
    ],
)
def test_what_is_nobodys_stays(text: str) -> None:
    assert masked(text, "en") == (text, ())


def test_what_stands_instead_is_in_the_questions_language() -> None:
    assert masked("BSN 123456782", "nl")[0] == "BSN [nummer]"
    assert masked("BSN 123456782", "fi")[0] == "BSN [number]"


def test_a_number_in_other_digits_is_one_too() -> None:
    assert masked("١٢٣٤٥٦٧٨٢", "en")[0] == "[number]"


def test_a_story_is_no_wording() -> None:
    assert wording("Where do I\nget a permit?", "en") == "Where do I get a permit?"
    assert wording("x" * (LONGEST_WORDING + 1), "en") == ""


def _bsn(eight: int) -> str:
    """A valid number from its first eight digits; empty where there is none."""
    whole = [f"{eight:08d}{last}" for last in range(10)]
    return next(filter(bsn.is_valid, whole), "")


def _iban(account: int) -> str:
    check = iban.calc_check_digits(f"NL00ABNA{account:010d}")
    return f"NL{check}ABNA{account:010d}"


SEPARATED = st.sampled_from(["{}", "({})", "BSN:{}.", "x{},", "'{}'"])
BSNS = st.integers(1_000_000, 99_999_999).map(_bsn).filter(bool)
PUT = st.sampled_from([lambda n: n, bsn.format, lambda n: f"{n[:3]} {n[3:6]} {n[6:]}"])
IBANS = st.integers(0, 9_999_999_999).map(_iban)
WRITTEN = st.sampled_from([lambda n: n, iban.format, str.lower])
AROUND = st.text(max_size=20)


@given(AROUND, BSNS, PUT, SEPARATED, AROUND)
def test_no_citizen_service_number_is_left(
    before: str, number: str, put: object, separated: str, after: str
) -> None:
    written = put(number)  # type: ignore[operator]
    left, kinds = masked(f"{before} {separated.format(written)} {after}", "en")
    assert written not in left
    assert kinds


@given(AROUND, IBANS, WRITTEN, AROUND)
def test_no_account_number_is_left(before: str, number: str, put: object, after: str) -> None:
    written = put(number)  # type: ignore[operator]
    left, kinds = masked(f"{before} {written} {after}", "en")
    assert written not in left
    assert kinds


@given(AROUND, st.emails(), AROUND)
def test_no_address_of_a_mailbox_is_left(before: str, address: str, after: str) -> None:
    left, kinds = masked(f"{before} {address} {after}", "en")
    assert address not in left
    assert kinds


@given(st.text())
def test_what_was_masked_holds_nothing_more_to_mask(text: str) -> None:
    left, kinds = masked(text, "en")
    assert found(left) == ()
    if not kinds:
        assert left == text


@given(st.lists(st.sampled_from(["a@b.nl", "123456782", "06-12345678", "So?", "\n", " "])))
def test_each_line_is_masked_by_itself(parts: list[str]) -> None:
    """So that a part of a question that is taken back is found again in its general form."""
    text = "".join(parts)
    lines = [masked(line, "en")[0] for line in text.split("\n")]
    assert masked(text, "en")[0] == "\n".join(lines)
    assert not re.search(r"[0-9]{9}", masked(text, "en")[0])
