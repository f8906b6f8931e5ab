"""Plain text is complete; HTML escapes what people wrote."""

from __future__ import annotations

from bot.words import items, page, paragraph, quote, strong


def test_html_from_people_is_escaped() -> None:
    assert paragraph("<b>&</b>").html == "<p>&lt;b&gt;&amp;&lt;/b&gt;</p>"


def test_a_web_address_becomes_a_link_without_its_closing_stop() -> None:
    words = paragraph("See https://example.org/a?b=1&c=2. Thanks")
    assert '<a href="https://example.org/a?b=1&amp;c=2">' in words.html
    assert words.html.endswith("</a>. Thanks</p>")


def test_other_schemes_are_no_links() -> None:
    assert "<a" not in paragraph("javascript:alert(1) ftp://example.org").html


def test_a_quote_marks_every_line_in_plain_text() -> None:
    assert quote("one\ntwo").text == "> one\n> two"


def test_a_page_says_the_same_twice() -> None:
    both = page(strong("Title"), items(["a", "b"]))
    assert both.text == "Title\n\n- a\n- b"
    assert both.html == "<p><strong>Title</strong></p><ul><li>a</li><li>b</li></ul>"
