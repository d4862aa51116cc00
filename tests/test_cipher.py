"""SM4 on data areas: sizes, keys as people write them, and nothing that shows a key."""

import copy
import pickle
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.cipher import FixedKeys, KeyFormError, Sm4, key_bytes
from dau.hj212 import Keys

KEY = "s3cret key 16 ch"
HEXADECIMAL = "0123456789abcdeffedcba9876543210"


@given(st.binary(max_size=1100))
def test_open_undoes_seal_and_the_rest_stays_open(area: bytes) -> None:
    cipher = Sm4.of_text(KEY)
    sealed = cipher.seal(area)
    whole = len(area) // 16 * 16
    assert len(sealed) == len(area)
    assert sealed[whole:] == area[whole:]
    assert cipher.open(sealed) == area
    if whole:
        assert sealed[:whole] != area[:whole]


def test_areas_do_not_depend_on_each_other() -> None:
    cipher = Sm4.of_text(KEY)
    first = cipher.seal(b"a" * 40)
    cipher.seal(b"b" * 17)
    cipher.open(b"c" * 33)
    assert cipher.seal(b"a" * 40) == first == Sm4.of_text(KEY).seal(b"a" * 40)


def test_a_key_is_16_characters_or_32_digits() -> None:
    assert key_bytes(KEY) == KEY.encode()
    assert key_bytes(HEXADECIMAL) == key_bytes(HEXADECIMAL.upper()) == bytes.fromhex(HEXADECIMAL)


@pytest.mark.parametrize("text", ["", "short", KEY + "x", HEXADECIMAL[:-1] + "g", "钥" * 16, "\n" + KEY[1:]])
def test_other_texts_are_refused_without_being_shown(text: str) -> None:
    with pytest.raises(KeyFormError) as caught:
        key_bytes(text)
    expected = f"SM4 key of {len(text)} characters, expected 16 ASCII characters or 32 hexadecimal digits"
    assert str(caught.value) == expected
    with pytest.raises(KeyFormError):
        Sm4(text.encode() + b"long enough to be no key")


def test_the_key_is_not_shown_pickled_or_copied() -> None:
    cipher, keys = Sm4.of_text(KEY), FixedKeys(KEY, HEXADECIMAL)
    shown = f"{cipher!r} {cipher} {keys!r} {keys}"
    assert shown == "Sm4(***) Sm4(***) FixedKeys(2 keys) FixedKeys(2 keys)"
    with pytest.raises(TypeError, match="not pickled or copied"):
        pickle.dumps(cipher)
    with pytest.raises(TypeError, match="not pickled or copied"):
        copy.deepcopy(keys.ciphers(None)[0])


def test_fixed_keys_are_keys() -> None:
    keys: Keys = FixedKeys(KEY)
    assert len(keys.ciphers("any")) == 1


def test_the_cipher_is_where_the_library_will_keep_it() -> None:
    """A deprecated place would warn on import; warnings are errors in the tests, this is a process without them."""
    done = subprocess.run([sys.executable, "-W", "error", "-c", "import dau.cipher"], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
