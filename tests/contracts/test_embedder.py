"""What every ``Embedder`` does, the fake included."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from knowledge.errors import ModelUnavailable
from knowledge.ports import Embedder
from knowledge.sbert import SentenceTransformerEmbedder
from tests.fakes_knowledge import HashEmbedder

RELATED = {
    "nl": (
        "Hoe vraag ik zorgtoeslag aan?",
        "Waar kan ik toeslag voor mijn zorgverzekering krijgen?",
        "Wanneer wordt het oud papier opgehaald?",
    ),
    "en": (
        "How do I apply for healthcare allowance?",
        "Where can I get money towards my health insurance?",
        "When is waste paper collected?",
    ),
    "pl": (
        "Jak złożyć wniosek o dodatek na opiekę zdrowotną?",
        "Gdzie dostanę dopłatę do ubezpieczenia zdrowotnego?",
        "Kiedy odbierają makulaturę?",
    ),
    "ar": (
        "كيف أقدم طلب بدل الرعاية الصحية؟",
        "أين أحصل على إعانة للتأمين الصحي؟",
        "متى يتم جمع الورق القديم؟",
    ),
    "uk": (
        "Як подати заяву на допомогу на медичне страхування?",
        "Де отримати доплату за медичну страховку?",
        "Коли вивозять макулатуру?",
    ),
}
"""A question, the same asked otherwise, and one about something else."""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def bundled_model(cache: Path) -> Iterator[Embedder]:
    """The real default model, made and used with every way to the network closed."""

    def refuse(*_: object) -> None:
        raise AssertionError("the bundled model asked the network")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", refuse)
        patch.setattr(socket.socket, "connect", refuse)
        yield SentenceTransformerEmbedder("bundled", "query: ", 0, cache)


@pytest.fixture(params=["hash", pytest.param("bundled", marks=pytest.mark.model)])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "hash":
        return HashEmbedder()
    model: Embedder = request.getfixturevalue("bundled_model")
    return model


class TestEveryEmbedder:
    def test_gives_a_unit_row_of_float32_for_each_text(self, embedder: Embedder) -> None:
        rows = embedder.embed(["How do I get a BSN?", "", "?!", "BSN " * 900])
        assert rows.shape == (4, embedder.dimension)
        assert rows.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)

    def test_no_texts_give_no_rows_of_the_full_width(self, embedder: Embedder) -> None:
        rows = embedder.embed([])
        assert rows.shape == (0, embedder.dimension)
        assert rows.dtype == np.float32

    def test_keeps_the_order_whatever_the_lengths(self, embedder: Embedder) -> None:
        texts = ["BSN", "How do I register at the municipality of Utrecht?", "Rent allowance"] * 15
        together = embedder.embed(texts)
        alone = np.concatenate([embedder.embed([text]) for text in texts[:3]])
        np.testing.assert_allclose(together, np.tile(alone, (15, 1)), atol=1e-4)

    def test_the_same_text_gives_the_same_vector(self, embedder: Embedder) -> None:
        first, again = embedder.embed(["What is DigiD?"]), embedder.embed(["What is DigiD?"])
        np.testing.assert_allclose(first, again, atol=1e-6)

    def test_shared_words_bring_texts_nearer(self, embedder: Embedder) -> None:
        asked, near, far = embedder.embed(
            ["apply for rent allowance", "how to apply for rent allowance", "lost a passport"]
        )
        assert asked @ near > asked @ far

    def test_its_name_is_one_line_and_stays(self, embedder: Embedder) -> None:
        assert embedder.model
        assert "\n" not in embedder.model
        assert embedder.model == embedder.model


@pytest.mark.parametrize("make", ["hash", "bundled"])
def test_another_prefix_is_another_model(make: str, tmp_path: Path) -> None:
    def named(prefix: str) -> str:
        if make == "hash":
            return HashEmbedder(prefix=prefix).model
        return SentenceTransformerEmbedder("bundled", prefix, 0, tmp_path).model

    assert named("query: ") != named("passage: ")


@pytest.mark.model
@pytest.mark.parametrize("language", RELATED)
def test_same_meaning_is_nearer_than_same_language(language: str, bundled_model: Embedder) -> None:
    asked, otherwise, unrelated = bundled_model.embed(RELATED[language])
    (dutch,) = bundled_model.embed([RELATED["nl"][0]])
    assert asked @ otherwise > asked @ unrelated + 0.05
    assert dutch @ asked > dutch @ unrelated + 0.05


@pytest.mark.model
def test_control_marks_and_widths_do_not_change_the_meaning(bundled_model: Embedder) -> None:
    plain, noisy = bundled_model.embed(
        ["What is DigiD (2025)?", " \tWhat\u200b is\n\nＤｉｇｉＤ \u0007(２０２５)?  "]
    )
    assert plain @ noisy > 0.9999


class TestNamesOfModels:
    def test_the_bundled_model_is_named_without_unpacking_it(self, tmp_path: Path) -> None:
        name = SentenceTransformerEmbedder("bundled", "query: ", 0, tmp_path).model
        assert "multilingual-e5-small-1571fc982750" in name
        assert list(tmp_path.iterdir()) == []

    def test_a_folder_is_named_by_its_content(self, tmp_path: Path) -> None:
        names = []
        for place, weights in (("a", b"one"), ("b", b"one"), ("c", b"two")):
            folder = tmp_path / place / "my-model"
            folder.mkdir(parents=True)
            (folder / "config.json").write_text("{}")
            (folder / "model.safetensors").write_bytes(weights)
            (folder / "README.md").write_text(place)
            names.append(SentenceTransformerEmbedder(str(folder), "", 0, tmp_path).model)
        assert names[0] == names[1]
        assert names[0] != names[2]
        assert names[0].startswith("my-model-")

    def test_a_model_of_the_hub_is_named_as_configured(self, tmp_path: Path) -> None:
        name = SentenceTransformerEmbedder("intfloat/multilingual-e5-base", "", 0, tmp_path).model
        assert name.startswith("intfloat/multilingual-e5-base ")


class TestBrokenModels:
    def test_a_folder_that_is_not_there_is_told_with_the_setting(self, tmp_path: Path) -> None:
        embedder = SentenceTransformerEmbedder(str(tmp_path / "gone"), "", 0, tmp_path)
        with pytest.raises(ModelUnavailable, match=r"no folder .*gone; see embedding\.model"):
            embedder.embed(["What is DigiD?"])

    @pytest.mark.model
    def test_a_folder_that_holds_no_model_is_told_with_the_setting(self, tmp_path: Path) -> None:
        (tmp_path / "config.json").write_text("{not json")
        embedder = SentenceTransformerEmbedder(str(tmp_path), "", 0, tmp_path)
        with pytest.raises(ModelUnavailable, match=r"can't be loaded: .+; see embedding\.model"):
            embedder.embed(["What is DigiD?"])
