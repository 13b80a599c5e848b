"""The sealing package by itself: nothing of Odoo, real libsodium."""

import importlib
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "addons/embassy_core"))
try:
    sealing, codes, items, keys, phrases, pool = (
        importlib.import_module(f"sealing{name}")
        for name in ("", ".codes", ".items", ".keys", ".phrases", ".pool")
    )
finally:
    sys.path.pop(0)

VECTORS = json.loads((Path(__file__).parent / "vectors/sealing.json").read_text(encoding="utf-8"))
CHEAP = keys.Cost(1, 10)
PEPPER = b"p" * 32
PAIR, OTHER = keys.new_pair(), keys.new_pair()
KEY = keys.new_key()
PLACE = items.Place("chapter", "case", "item", "story")

key_bytes = st.binary(min_size=32, max_size=32)
names = st.text(max_size=20)
places = st.builds(items.Place, names, names, names, names, st.integers(0, 2**32 - 1))


def changed(data, draw):
    """Other bytes than these: one bit, the end or the beginning is not the same."""
    how = draw.draw(st.sampled_from(("bit", "shorter", "longer")))
    if how == "shorter":
        return data[: draw.draw(st.integers(0, len(data) - 1))]
    if how == "longer":
        return data + draw.draw(st.binary(min_size=1, max_size=4))
    at = draw.draw(st.integers(0, len(data) * 8 - 1))
    other = bytearray(data)
    other[at // 8] ^= 1 << at % 8
    return bytes(other)


class TestKeys:
    @given(key_bytes, names)
    def test_a_key_comes_back(self, key, context):
        sealed = keys.seal_key(key, PAIR.public, context)
        assert len(sealed) == 97
        assert keys.open_key(sealed, PAIR.private, context) == key
        browser, server = keys.split_key(key, context)
        assert keys.join_key(browser, server, context) == key

    @given(st.data())
    def test_changed_bytes_do_not_open(self, data):
        sealed = changed(keys.seal_key(KEY, PAIR.public, "case"), data)
        with pytest.raises(sealing.SealError):
            keys.open_key(sealed, PAIR.private, "case")
        browser, server = keys.split_key(KEY, "session")
        with pytest.raises(sealing.SealError):
            keys.join_key(browser, changed(server, data), "session")
        with pytest.raises(sealing.SealError):
            keys.join_key(changed(browser, data), server, "session")

    def test_another_key_or_place_does_not_open(self):
        sealed = keys.seal_key(KEY, PAIR.public, "case 1")
        for private, context in ((OTHER.private, "case 1"), (PAIR.private, "case 2")):
            with pytest.raises(sealing.SealError):
                keys.open_key(sealed, private, context)
        browser, server = keys.split_key(KEY, "session 1")
        for half, context in ((keys.new_key(), "session 1"), (browser, "session 2")):
            with pytest.raises(sealing.SealError):
                keys.join_key(half, server, context)

    @pytest.mark.parametrize("length", [0, 31, 33])
    def test_keys_of_another_length(self, length):
        for call in (
            lambda: keys.pair_of(bytes(length)),
            lambda: keys.seal_key(bytes(length), PAIR.public, ""),
            lambda: keys.seal_key(KEY, bytes(length), ""),
            lambda: keys.open_key(keys.seal_key(KEY, PAIR.public, ""), bytes(length), ""),
            lambda: keys.wrap_key(bytes(length), "", PEPPER, "", CHEAP),
            lambda: keys.split_key(bytes(length), ""),
        ):
            with pytest.raises(sealing.SealError):
                call()

    @settings(max_examples=30)
    @given(st.text(max_size=60), names)
    def test_a_passphrase_opens(self, secret, context):
        wrapped = keys.wrap_key(KEY, secret, PEPPER, context, CHEAP)
        assert len(wrapped) == 91
        assert keys.unwrap_key(wrapped, secret, PEPPER, context) == KEY
        assert keys.unwrap_key(wrapped, f"  {secret.upper().lower()} ", PEPPER, context) == KEY

    @settings(max_examples=60)
    @given(st.data())
    def test_a_changed_wrap_does_not_open(self, data):
        wrapped = changed(keys.wrap_key(KEY, "one two", PEPPER, "person", CHEAP), data)
        with pytest.raises(sealing.SealError):
            keys.unwrap_key(wrapped, "one two", PEPPER, "person")

    def test_another_passphrase_pepper_or_person_does_not_open(self):
        wrapped = keys.wrap_key(KEY, "one two", PEPPER, "person", CHEAP)
        for secret, pepper, context in (
            ("one too", PEPPER, "person"),
            ("one two", b"q" * 32, "person"),
            ("one two", PEPPER, "somebody"),
            ("one two", b"short", "person"),
        ):
            with pytest.raises(sealing.SealError):
                keys.unwrap_key(wrapped, secret, pepper, context)

    def test_a_cost_that_nobody_pays_is_refused(self):
        """Who writes into the database could otherwise stop the server by one try to unlock."""
        wrapped = keys.wrap_key(KEY, "one", PEPPER, "person", CHEAP)
        for cost in (b"\xff\x0a", b"\x01\xff", b"\x00\x0a", b"\x01\x00"):
            with pytest.raises(sealing.SealError):
                keys.unwrap_key(wrapped[:1] + cost + wrapped[3:], "one", PEPPER, "person")

    def test_the_same_phrase_as_people_type_it(self):
        for typed in ("Сонца Лес", " сонца   лес\n", "СОНЦА-ЛЕС", "сонца–лес", "сонца\u00a0лес"):
            assert keys.normalized(typed) == "сонца лес"


class TestItems:
    @given(st.binary(max_size=5000), st.dictionaries(names, names, max_size=4), places)
    def test_an_item_comes_back(self, content, about, place):
        pieces = list(items.seal_item(KEY, place, about, content))
        assert items.open_item(KEY, place, pieces, len(pieces)) == (about, content)

    @pytest.mark.parametrize("size", [0, items.PIECE - 20, items.PIECE, 3 * items.PIECE + 1])
    def test_large_items(self, size):
        content = bytes(range(256)) * (size // 256) + bytes(size % 256)
        pieces = list(items.seal_item(KEY, PLACE, {"name": "скан.pdf"}, content))
        assert all(len(piece) <= items.PIECE + 50 for piece in pieces)
        about, opened = items.open_item(KEY, PLACE, iter(pieces), len(pieces))
        assert about == {"name": "скан.pdf"}
        assert opened == content

    @given(st.integers(0, items.LARGEST))
    def test_sizes_are_few(self, size):
        assert items.padded(size) in items.SIZES
        assert items.padded(size) >= size

    def test_no_size_but_those_is_seen(self):
        def total(content, about):
            return sum(map(len, items.seal_item(KEY, PLACE, about, content)))

        assert total(b"", {}) == total(b"x" * 900, {}) == total(b"x", {"name": "n" * 800})
        assert total(b"x" * 5000, {}) == total(b"x" * 15000, {})

    def test_too_large(self):
        with pytest.raises(ValueError, match="larger"):
            items.padded(items.LARGEST + 1)

    @given(st.data())
    def test_changed_bytes_do_not_open(self, data):
        pieces = list(items.seal_item(KEY, PLACE, {"a": "b"}, b"what was told"))
        with pytest.raises(sealing.SealError):
            items.open_item(KEY, PLACE, [changed(pieces[0], data)], 1)

    @given(places)
    def test_another_place_does_not_open(self, place):
        pieces = list(items.seal_item(KEY, PLACE, {}, b"what was told"))
        if place != PLACE:
            with pytest.raises(sealing.SealError):
                items.open_item(KEY, place, pieces, 1)

    def test_no_two_places_look_alike(self):
        """Names that run into one another would let an item be moved."""
        pieces = list(items.seal_item(KEY, items.Place("ab", "c", "d", "e"), {}, b"told"))
        with pytest.raises(sealing.SealError):
            items.open_item(KEY, items.Place("a", "bc", "d", "e"), pieces, 1)

    def test_another_key_does_not_open(self):
        pieces = list(items.seal_item(KEY, PLACE, {}, b"told"))
        with pytest.raises(sealing.SealError):
            items.open_item(keys.new_key(), PLACE, pieces, 1)

    def test_pieces_that_are_missing_or_moved(self):
        pieces = list(items.seal_item(KEY, PLACE, {}, bytes(3 * items.PIECE)))
        assert len(pieces) == 4
        swapped = [pieces[1], pieces[0], *pieces[2:]]
        for wrong, count in (
            (pieces[:3], 4), (pieces[:3], 3), (pieces[1:], 3), (swapped, 4),
            ([*pieces, pieces[0]], 4), ([], 0), ([], 1), (pieces[:1], 1),
        ):  # fmt: skip
            with pytest.raises(sealing.SealError):
                items.open_item(KEY, PLACE, wrong, count)

    def test_no_two_seals_are_the_same(self):
        once, twice = (b"".join(items.seal_item(KEY, PLACE, {}, b"told")) for _ in range(2))
        assert once != twice
        assert once[:10] == twice[:10]


class TestCodes:
    def test_a_code_reads_back(self):
        for _ in range(50):
            code = codes.new_recovery_code()
            assert codes.wrong_groups(code) == []
            assert codes.recovery_code(code.replace(" ", "-") + "\n") == code
            assert [len(group) for group in code.split()] == [5] * 10

    @given(st.data())
    def test_a_slip_is_noticed(self, data):
        """One wrong digit, two neighbours that changed places, two groups that did."""
        code = codes.new_recovery_code()
        groups = code.split()
        number, at = data.draw(st.integers(0, 9)), data.draw(st.integers(0, 4))
        digits = list(groups[number])
        digits[at] = data.draw(st.sampled_from([d for d in "0123456789" if d != digits[at]]))
        slip = [*groups[:number], "".join(digits), *groups[number + 1 :]]
        assert codes.wrong_groups(" ".join(slip)) == [number]
        at = min(at, 3)
        digits = list(groups[number])
        if digits[at] != digits[at + 1]:
            digits[at], digits[at + 1] = digits[at + 1], digits[at]
            slip = [*groups[:number], "".join(digits), *groups[number + 1 :]]
            assert codes.wrong_groups(" ".join(slip)) == [number]
        other = (number + 1) % 10
        slip = list(groups)
        slip[number], slip[other] = slip[other], slip[number]
        assert codes.wrong_groups(" ".join(slip)) == sorted([number, other])
        with pytest.raises(sealing.SealError):
            codes.recovery_code(" ".join(slip))

    def test_what_is_missing_is_named(self):
        code = codes.new_recovery_code()
        assert codes.wrong_groups("") == list(range(10))
        assert codes.wrong_groups(code[:-7]) == [8, 9]
        assert codes.wrong_groups(code + " 1") == [10]

    def test_groups_are_asked_one_by_one(self):
        code = codes.new_recovery_code()
        groups = code.split()
        assert codes.group_fits(f" {groups[3]} ", code, 3)
        assert not codes.group_fits(groups[3], code, 4)

    @given(key_bytes)
    def test_a_receipt_is_the_forms(self, nonce):
        assert codes.receipt(PEPPER, nonce) == codes.receipt(PEPPER, nonce)
        assert [len(group) for group in codes.receipt(PEPPER, nonce).split()] == [4] * 5
        assert codes.receipt(b"q" * 32, nonce) != codes.receipt(PEPPER, nonce)

    def test_digits_of_receipts_are_even(self):
        """No digit at no place comes oftener than another (chi-square, 9 degrees, p < 1e-9)."""
        drawn = 20_000
        receipts = [codes.receipt(PEPPER, n.to_bytes(32, "big")) for n in range(drawn)]
        assert len(set(receipts)) == drawn
        for place in zip(*(text.replace(" ", "") for text in receipts), strict=True):
            expected = drawn / 10
            chi = sum((place.count(d) - expected) ** 2 / expected for d in "0123456789")
            assert chi < 62

    def test_a_receipt_opens_the_same_however_it_is_typed(self):
        text = codes.receipt(PEPPER, b"n" * 32)
        opened = codes.open_receipt(text, PEPPER)
        assert codes.open_receipt(text.replace(" ", "-"), PEPPER) == opened
        arabic = text.translate({ord("0") + n: chr(0x660 + n) for n in range(10)})
        assert codes.open_receipt(arabic, PEPPER) == opened
        other = codes.open_receipt(text, b"q" * 32)
        assert other.locator != opened.locator
        assert other.pair != opened.pair

    @pytest.mark.parametrize("typed", ["", "1234", "1" * 19, "1" * 21, "x" * 20])
    def test_no_receipt(self, typed):
        with pytest.raises(sealing.SealError):
            codes.open_receipt(typed, PEPPER)


class TestPhrases:
    @pytest.mark.parametrize("language", phrases.LANGUAGES)
    def test_lists(self, language):
        words = phrases.word_list(language)
        assert len(words) == len(set(words)) == 2048
        assert all(keys.normalized(word) == word and " " not in word for word in words)
        # Nobody takes one word for another, however they write the letter.
        assert len({word.replace("ё", "е").replace("й", "и") for word in words}) == 2048

    @pytest.mark.parametrize("language", [*phrases.LANGUAGES, "de"])
    def test_phrases(self, language):
        words = phrases.word_list(language if language != "de" else "en")
        drawn = [phrases.new_passphrase(language).split() for _ in range(300)]
        assert all(len(phrase) == 7 and set(phrase) <= set(words) for phrase in drawn)
        # 2,100 draws out of 2,048 words: some 1,300 of them are met.
        assert len({word for phrase in drawn for word in phrase}) > 1100


class TestPool:
    def test_no_more_than_its_size(self, tmp_path):
        one, two = (pool.Pool(tmp_path, "unlock", 1, seconds) for seconds in (0, 0))
        with one.slot(), pytest.raises(sealing.Busy), two.slot():
            pytest.fail("two at a time")
        with two.slot():
            pass

    def test_pools_do_not_take_from_each_other(self, tmp_path):
        with pool.Pool(tmp_path, "intake", 1, 0).slot(), pool.Pool(tmp_path, "unlock", 1, 0).slot():
            pass

    def test_a_slot_is_free_when_its_process_is_killed(self, tmp_path):
        held = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "import sys, time, pathlib; sys.path.insert(0, sys.argv[1])\n"
                "from sealing.pool import Pool\n"
                "with Pool(pathlib.Path(sys.argv[2]), 'unlock', 1, 0).slot():\n"
                "    print('held', flush=True); time.sleep(60)",
                str(ROOT / "addons/embassy_core"),
                str(tmp_path),
            ],
            stdout=subprocess.PIPE,
        )
        assert held.stdout.readline() == b"held\n"
        with pytest.raises(sealing.Busy), pool.Pool(tmp_path, "unlock", 1, 0).slot():
            pass
        held.send_signal(signal.SIGKILL)
        held.wait()
        with pool.Pool(tmp_path, "unlock", 1, 5).slot():
            pass


class TestVectors:
    """What was sealed by the first version opens for ever."""

    @staticmethod
    def _bytes(name):
        return bytes.fromhex(VECTORS[name])

    def test_keys(self):
        key, pair = self._bytes("key"), keys.pair_of(self._bytes("private"))
        assert keys.open_key(self._bytes("sealed_key"), pair.private, "case 1") == key
        assert (
            keys.unwrap_key(self._bytes("wrapped_key"), "Сонца-лес  РАКА", PEPPER, "person 1")
            == key
        )
        assert keys.join_key(self._bytes("browser"), self._bytes("server"), "session 1") == key

    def test_items(self):
        place = items.Place("A", "case 1", "item 1", "story", 2)
        about, content = items.open_item(self._bytes("key"), place, [self._bytes("item")], 1)
        assert about == {"name": "апавяданне.txt"}
        assert content.decode() == "Што было сказана."

    def test_receipts(self):
        assert codes.receipt(PEPPER, self._bytes("nonce")) == VECTORS["receipt"]
        opened = codes.open_receipt(VECTORS["receipt"], PEPPER)
        assert opened.locator == self._bytes("locator")
        assert opened.pair.private == self._bytes("receipt_private")

    def test_codes(self):
        assert codes.wrong_groups(VECTORS["recovery_code"]) == []
