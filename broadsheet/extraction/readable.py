r"""TeX in titles and abstracts turned into text that can be read: `$\ell_\infty$` becomes ℓ_∞.

Plain text comes back as it is. Nothing raises, whatever the TeX; what is not understood stays as it stands, so that
no word is lost. Prices are not formulas: a `$` opens one only before, and closes one only after, something that is
no space, and not before a digit (pandoc's rule).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from broadsheet.extraction.tex_symbols import ACCENTS, BLACKBOARD, SUBSCRIPTS, SUPERSCRIPTS, SYMBOLS

_ROUNDS = 6
_TEXTS_KEPT, _LONGEST_KEPT = 4_096, 4_000
# A sign comes first and the look behind it after: a pattern that begins with its sign is found several times as fast.
_TEX_MATH = re.compile(r"\$(?<!\\\$)([^$\n]{0,200}?\\[a-zA-Z][^$\n]{0,200}?)\$")
_MATH = re.compile(
    r"\$(?<!\\\$)\$?(?=\S)([^$]{1,600}?)(?<=\S)\$\$?(?!\d)|\\\((.{1,600}?)\\\)|\\\[(.{1,600}?)\\\]", re.DOTALL
)
_ACCENT = re.compile(r"\\([`'^~=.\"])\s*(?:\{\s*\\?([A-Za-z])\s*\}|\\?([A-Za-z]))")
_LETTER_ACCENT = re.compile(
    r"\\(u|r|H|v|d|c|k|hat|widehat|tilde|widetilde|bar|overline|dot|ddot|vec|check)(?:\s*\{\s*(\\?[A-Za-z]{1,20})\s*\}|\s+([A-Za-z])(?![A-Za-z]))"
)
_WRAPPER = re.compile(
    r"\\(?:text(?:bf|it|tt|rm|sc|sf|sl|up|md|normal|superscript|subscript)?|emph|underline|math(?:bf|it|tt|rm|sf|cal|frak|scr|normal|bb|bm|ds)?"
    r"|bm|boldsymbol|operatorname\*?|mbox|hbox|uline|textcolor\{[^{}]*\}|url|footnote|title|section\*?|bf|it|em|rm|tt|sc|cal|left|right)"
    r"\s*\{([^{}]*)\}"
)
_BLACKBOARD = re.compile(r"\\(?:mathbb|mathds)\s*\{?\s*([A-Z1])\s*\}?")
_HREF = re.compile(r"\\href\s*\{[^{}]*\}\s*\{([^{}]*)\}")
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_ROOT = re.compile(r"\\sqrt\s*\{([^{}]*)\}")
_DROPPED = re.compile(
    r"\\(?:cite[tp]?|citep|citet|ref|eqref|label|vspace|hspace|begin|end|footnotemark|thanks)\*?\s*(?:\[[^\]]*\])?\{[^{}]*\}"
    r"|\\(?:left|right|big|Big|bigg|Bigg|bigl|bigr|displaystyle|textstyle|limits|nolimits|centering|noindent|xspace|rm|bf|it|tt|em|sc|cal|sf|small|large)(?![A-Za-z])"
)
_SYMBOL = re.compile(r"\\([A-Za-z]+)(?:\{\})?[ ]?")
_BRACED = re.compile(r"\{(?<![\\^_]\{)([^{}]*)\}")
_SCRIPT = re.compile(r"([\^_])(?:\{([^{}]{1,40})\}|([A-Za-z0-9+\-∗*′∞α-ωΑ-Ω]))")
_ESCAPED = re.compile(r"\\([%$&#_{}|,;:! \\])")
# Escaped signs that mean something to TeX are kept apart until the end, in code points of no meaning.
_KEPT = {"$": "\ue000", "{": "\ue001", "}": "\ue002", "_": "\ue003"}
_RESTORED = str.maketrans({kept: sign for sign, kept in _KEPT.items()})
_ESCAPES = {**_KEPT, ",": " ", ";": " ", ":": " ", "!": "", " ": " ", "\\": " ", "|": "‖"}


def readable(text: str) -> str:
    """Return `text` with its TeX as Unicode; a text without backslash and dollar sign is returned unchanged."""
    if "\\" not in text and "$" not in text:
        return text
    return _remembered(text) if len(text) <= _LONGEST_KEPT else _translated(text)


def _translated(text: str) -> str:
    if "$" in text:
        text = _TEX_MATH.sub(lambda m: _formula(m[1]), text)
    text = _MATH.sub(lambda m: _formula(m[1] or m[2] or m[3]), text)
    text = _commands(text)
    if "{" in text:
        text = _BRACED.sub(r"\1", text)
    text = text.replace("``", "“").replace("''", "”").translate(_RESTORED)
    return " ".join(text.split())


# A paper stands on many pages and in many lists; to translate its abstract takes longer than to write an entry of it.
_remembered = lru_cache(maxsize=_TEXTS_KEPT)(_translated)


def _formula(source: str) -> str:
    text = _commands(source)
    for _ in range(_ROUNDS):
        changed = _SCRIPT.sub(_script, text)
        if changed == text:
            break
        text = changed
    return _BRACED.sub(r"\1", text).replace("~", " ")


def _commands(text: str) -> str:
    if "\\" not in text:
        return text  # as nearly all is outside of formulas: every pattern here begins with one
    text = _ACCENT.sub(lambda m: _accented(m[2] or m[3], m[1]), text)
    for _ in range(_ROUNDS):
        before = text
        text = _LETTER_ACCENT.sub(_letter_accent, text)
        text = _BLACKBOARD.sub(lambda m: BLACKBOARD.get(m[1], m[1]), text)
        text = _HREF.sub(r"\1", text)
        text = _FRACTION.sub(lambda m: f"{_group(m[1])}/{_group(m[2])}", text)
        text = _ROOT.sub(lambda m: f"√{_group(m[1])}", text)
        text = _WRAPPER.sub(r"\1", text)
        text = _DROPPED.sub("", text)
        text = _SYMBOL.sub(_symbol, text)
        if text == before or "\\" not in text:
            break
    return _ESCAPED.sub(lambda m: _ESCAPES.get(m[1], m[1]), text)


def _symbol(match: re.Match[str]) -> str:
    sign = SYMBOLS.get(match[1])
    if sign is None:
        return match[0]
    space = " " if match[0].endswith(" ") and (sign.isalpha() or sign in "∈∉≤≥≠≈→∼×") else ""
    return sign + space


def _group(text: str) -> str:
    return text if len(text) <= 1 or text.isalnum() else f"({text})"


def _accented(letter: str, accent: str) -> str:
    return unicodedata.normalize("NFC", letter + ACCENTS[accent])


def _letter_accent(match: re.Match[str]) -> str:
    base = match[2] or match[3]
    if base.startswith("\\"):
        base = SYMBOLS.get(base[1:], base[1:])
    return _accented(base, match[1]) if len(base) == 1 else base


def _script(match: re.Match[str]) -> str:
    body = (match[2] or match[3]).strip()
    table = SUPERSCRIPTS if match[1] == "^" else SUBSCRIPTS
    if body and all(c in table for c in body):
        return "".join(table[c] for c in body)
    if body in ("∘", "°") and match[1] == "^":
        return "°"
    return f"{match[1]}({body})" if len(body) > 1 else f"{match[1]}{body}" if body not in "_^" else body
