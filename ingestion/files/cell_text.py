"""What no text from outside may hold, whoever prints it, and how a text from outside is shown in a message.

Landed text goes on to CSV files that spreadsheets open, to HTML and to terminals, and names are joined by their letters:
a formula runs there, a control character commands, and what can't be seen makes one name two.
"""

from __future__ import annotations

import re
import unicodedata

# =, @, + and - (and their wide forms, which East Asian spreadsheets take too) begin a formula. A printed figure may have a
# sign, a dash may stand alone or before words and an @ before a name (@cf/meta/llama-2), but with none of what calls a
# function, a program or another sheet.
_FORMULA = re.compile(r"[=＝＋－]|[-+@＠].*(?:[|!=@\"]|[A-Za-z]{2}\()", re.DOTALL)
_SIGNED = re.compile(r"[-+](?:[-+]*$| |(?:/[-+])? ?(?:US\$|HK\$|[$€£¥~]|USD|HKD|RMB|CNY|EUR)? ?\.?[0-9])")
_LINE_SIGNS = "\n\r\t"
# signs that turn the direction of what follows, so that text reads otherwise than it is
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")

_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ]")
# Greek and Cyrillic letters that look like Latin ones; α and β, which names of substances have, do not
_TWINS = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρυАВЕЗКМНОРСТУХЅІЈаеорсухѕіј"
_MIXED = re.compile(f"[A-Za-z][{_TWINS}]|[{_TWINS}][A-Za-z]")
# letters without a form, and signs that only change the one before: a name with one looks like the name without
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def unsafe(text: str) -> str | None:
    """Why a text is a danger where it is shown, or None: a formula, a control character, a sign that turns the text."""
    if not text:
        return None
    if _FORMULA.match(text) or (text[0] in "+-" and not _SIGNED.match(text)):
        return f"begins with {text[0]}, which a spreadsheet runs as a formula; begin with a word or a figure"
    if text.isascii() and text.isprintable():
        return None
    for letter in text:
        if (unicodedata.category(letter) == "Cc" and letter not in _LINE_SIGNS) or letter in _TURNS:
            return f"holds {_named(letter)}, which can't be seen; remove it"
    return None


def unclear(text: str) -> str | None:
    """Why a text is not plainly what it looks like, or None: letters that can't be seen, or were lost when it was saved."""
    if text.isascii():
        return None
    for letter in text:
        if letter == "\ufffd":
            return f"holds {_named(letter)}: letters were lost; save the file anew as UTF-8 from where it came"
        if unicodedata.category(letter) in ("Cf", "Co", "Zl", "Zp") or _UNSEEN.match(letter):
            return f"holds {_named(letter)}, which can't be seen; remove it"
    return None


def look_alike(text: str) -> str | None:
    """Why words look like others that they are not, or None: a name written so would be another name."""
    if text.isascii():
        return None
    for letter in text:
        if letter != " " and unicodedata.category(letter) == "Zs":
            return f"holds {_named(letter)}, which looks like a space; write a plain space"
    if wide := _WIDE.search(text):
        return f"holds {_named(wide[0])}; write letters and digits of plain width"
    if not unicodedata.is_normalized("NFC", text):
        return "is written with letters and accents apart (as macOS names files); write each as one letter"
    if mixed := _MIXED.search(text):
        letter = next(letter for letter in mixed[0] if not letter.isascii())
        return f"holds {_named(letter)} beside Latin letters, which looks like one of them; write the Latin letter"
    return None


def printable(text: str) -> str:
    """A text from outside in a message: what can't be seen or written is spelt out (`\\x1b`, `\\u202e`)."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape", "surrogatepass").decode("ascii") for letter in text
    )


def _named(letter: str) -> str:
    name = unicodedata.name(letter, "a control character")
    return f"U+{ord(letter):04X} ({name})"
