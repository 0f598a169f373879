"""From the text in the search box to a tree: a tokenizer and a parser.

    query   = { choice }                      neighbours hold together; free words among them are gathered
    choice  = factor { "OR" factor }          OR binds its two neighbours, more tightly than standing side by side
    factor  = [ "-" ] ( "(" query ")" | term )
    term    = word | "a phrase" | field:value | field:"a value"

`sort:` stands at the top only. `-` negates after a space or "(" and before something that is no mere number (`-2`).
A parenthesis inside a word (`f(x)`, `O(n log n)`) belongs to the word. Raises `NotUnderstood` and nothing else;
`query.py` turns that into a literal reading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import NoReturn

from broadsheet.domain.query_fields import NotUnderstood, field_node, shown, sort_order
from broadsheet.domain.query_tree import (
    FIELD_PREFIX,
    LONG_NAMES,
    MERE_NUMBER,
    Node,
    Phrase,
    Word,
    Words,
    all_of,
    any_of,
    is_bare,
    negate,
    plain_words,
)

MAX_DEPTH = 20
_QUOTES = str.maketrans("“”„‟＂", '"""""')
_EXCLUDABLE = re.compile(rf'(?!{MERE_NUMBER.pattern}(?:[ )"]|$))[^ )-]')
_WORD_END = re.compile(r'[ "()]|$')


class _Kind(Enum):
    WORD = auto()
    PHRASE = auto()
    FIELD = auto()
    MINUS = auto()
    OR = auto()
    OPEN = auto()
    CLOSE = auto()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: _Kind
    text: str = ""
    field: str | None = None
    quoted: bool = False


def straight_quotes(text: str) -> str:
    """Return `text` with the quotation marks that telephones type made plain."""
    return text.translate(_QUOTES)


@dataclass(frozen=True, slots=True)
class Reading:
    """A tree in normal form, the last `sort:` if any, and the wanted text in the order in which it was typed."""

    tree: Node | None
    sort: str | None
    meaning: str


def read_tree(text: str) -> Reading:
    """Read a cleaned text; raises NotUnderstood."""
    parser = _Parser(_Tokenizer(straight_quotes(text)).run())
    return Reading(parser.read(), parser.sort, " ".join(parser.wanted))


class _Tokenizer:
    """Cuts a text into tokens; `_open` tells for each open parenthesis whether it groups or belongs to a word."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._open: list[bool] = []
        self._tokens: list[_Token] = []

    def run(self) -> list[_Token]:
        while self._at < len(self._text):
            character = self._text[self._at]
            if character == " ":
                self._at += 1
            elif character == '"':
                self._tokens.append(_Token(_Kind.PHRASE, self._read_quoted()))
            elif character == "(":
                self._step(_Kind.OPEN)
                self._open.append(True)
            elif character == ")" and self._closes_group():
                self._step(_Kind.CLOSE)
                self._open.pop()
            elif character == "-" and self._negates():
                self._step(_Kind.MINUS)
            else:
                self._read_term()
        if self._open:
            _unpaired()
        return self._tokens

    def _step(self, kind: _Kind) -> None:
        self._tokens.append(_Token(kind))
        self._at += 1

    def _closes_group(self) -> bool:
        if not self._open:
            _unpaired()
        return self._open[-1]

    def _negates(self) -> bool:
        before = self._text[self._at - 1] if self._at else " "
        return before in " (" and _EXCLUDABLE.match(self._text, self._at + 1) is not None

    def _read_quoted(self) -> str:
        end = self._text.find('"', self._at + 1)
        if end < 0:
            raise NotUnderstood("A quotation mark has no partner.")
        quoted = self._text[self._at + 1 : end].strip()
        self._at = end + 1
        return quoted if re.search(r"\w", quoted) else ""

    def _read_term(self) -> None:
        if match := FIELD_PREFIX.match(self._text, self._at):
            self._at = match.end()
            self._read_field(LONG_NAMES.get(match[1], match[1]))
            return
        raw = self._read_word()
        if raw == "OR":
            self._tokens.append(_Token(_Kind.OR))
            return
        words = plain_words(raw)
        if words not in ((), (raw,)) and self._tokens and self._tokens[-1].kind is _Kind.MINUS:
            raise NotUnderstood(f"What follows the minus in {shown('-' + raw)} must stand in quotation marks.")
        self._tokens.extend(_Token(_Kind.WORD, word) for word in words or ("",))

    def _read_field(self, field: str) -> None:
        following = self._text[self._at : self._at + 1]
        if following == "(":
            raise NotUnderstood(f'{field}: takes one word or a "quoted phrase", no parentheses.')
        quoted = following == '"'
        value = self._read_quoted() if quoted else self._read_word()
        if not quoted and not is_bare(value) and value:
            raise NotUnderstood(f"The value in {shown(f'{field}:{value}')} must stand in quotation marks.")
        if not re.search(r"\w", value):
            raise NotUnderstood(f"{field}: wants its value right after the colon, without a space.")
        self._tokens.append(_Token(_Kind.FIELD, value, field, quoted))

    def _read_word(self) -> str:
        start = self._at
        while match := _WORD_END.search(self._text, self._at):
            self._at = match.start()
            if match[0] == "(":
                self._open.append(False)
            elif match[0] != ")" or self._closes_group():
                break
            else:
                self._open.pop()
            self._at += 1
        return self._text[start : self._at]


class _Parser:
    """Reads tokens by recursive descent, at most MAX_DEPTH deep."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._is_wanted = True
        self.sort: str | None = None
        self.wanted: list[str] = []

    def read(self, depth: int = 0) -> Node | None:
        if depth > MAX_DEPTH:
            raise NotUnderstood(f"Parentheses are nested more than {MAX_DEPTH} deep.")
        nodes: list[Node | None] = []
        while (token := self._peek()) and token.kind is not _Kind.CLOSE:
            if token.field == "sort" and depth == 0:
                self.sort = sort_order(token.text)
                self._at += 1
            else:
                nodes.append(self._choice(depth))
        return all_of(nodes)

    def _peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, kind: _Kind) -> bool:
        token = self._peek()
        taken = token is not None and token.kind is kind
        self._at += taken
        return taken

    def _choice(self, depth: int) -> Node | None:
        nodes = [self._factor(depth)]
        while self._take(_Kind.OR):
            nodes.append(self._factor(depth))
        return any_of(nodes)

    def _factor(self, depth: int) -> Node | None:
        if self._take(_Kind.MINUS):
            self._is_wanted = not self._is_wanted
            node = negate(self._factor(depth))
            self._is_wanted = not self._is_wanted
            return node
        if self._take(_Kind.OPEN):
            node = self.read(depth + 1)
            self._at += 1  # the tokenizer has seen to it that every group is closed
            return node
        token = self._peek()
        if token is None or token.kind not in (_Kind.WORD, _Kind.PHRASE, _Kind.FIELD):
            raise NotUnderstood("OR wants something on both sides.")
        self._at += 1
        if self._is_wanted and token.field in (None, "ti", "abs") and token.text:
            self.wanted.append(token.text)
        return _term(token)


def _term(token: _Token) -> Node | None:
    if token.field is not None:
        return field_node(token.field, token.text, token.quoted)
    if not token.text:
        return None
    return Phrase(token.text) if token.kind is _Kind.PHRASE else Words((Word(token.text),))


def _unpaired() -> NoReturn:
    raise NotUnderstood("A parenthesis has no partner.")
