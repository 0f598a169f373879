"""Readable text written as TeX, so that TeX prints it and readers of BibTeX give the same text back."""

from __future__ import annotations

import logging
import re
from functools import lru_cache

from bibtexparser.library import Library
from bibtexparser.middlewares import LatexDecodingMiddleware, LatexEncodingMiddleware
from bibtexparser.model import Entry, Field

# What TeX would join into one sign (-- to a dash) is kept apart.
_LIGATURES = re.compile(r"-(?=-)|'(?=')|`(?=`)|[!?](?=`)|,(?=,)")
# Braces as commands: BibTeX counts those that are written as \{. A quotation mark within braces is a quotation mark.
_OWN = {
    "{": r"\ensuremath{\lbrace}",
    "}": r"\ensuremath{\rbrace}",
    "^": r"{\textasciicircum}",
    '"': '"',
    "·": r"{\textperiodcentered}",
    "ˆ": "ˆ",
    "˙": "˙",
}
_ENCODER = LatexEncodingMiddleware(keep_math=False, enclose_urls=False)
_DECODER = LatexDecodingMiddleware()
_PLAIN = re.compile(r"[A-Za-z0-9 .,:;()/+=*@\[\]?!'`|-]+")


def to_tex(text: str) -> str:
    """Write a readable text as TeX; signs for which TeX has no name of their own stay as they are."""
    if not _PLAIN.fullmatch(text):
        text = "".join(sign if _PLAIN.fullmatch(sign) else _sign(sign) for sign in text)
    return _LIGATURES.sub(lambda match: match[0] + "{}", text)


@lru_cache(maxsize=4_096)
def _sign(sign: str) -> str:
    if sign in _OWN:
        return _OWN[sign]
    # They log each sign that they have no name for.
    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)
    written = _run(_ENCODER, sign)
    return written if _run(_DECODER, written) == sign else sign


def _run(middleware: LatexEncodingMiddleware | LatexDecodingMiddleware, text: str) -> str:
    done = middleware.transform(Library([Entry("misc", "key", [Field("value", text)])]))
    return str(done.entries[0]["value"])
