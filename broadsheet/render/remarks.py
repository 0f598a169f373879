"""The comments of a discussion as HTML, each kept as long as it stays what it is: most page loads change none."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup, escape

from broadsheet.render.pages import Masthead, find_macro
from broadsheet.render.talk import Line, Talk

KEPT = 4_096
# Stands for the secret of the forms, which is the visitor's own. HTML holds no NUL: nobody can have written this.
_SECRET = "\0secret\0"  # noqa: S105 (where one goes, not one)


def make_remarks(masthead: Masthead, talk: Talk, paper_id: str) -> list[Markup]:
    """Return each comment on a page of a discussion, as this visitor sees it."""
    secret, is_reader = str(escape(masthead.csrf)), masthead.visitor.reader is not None
    around = [_around_secret(line, paper_id, talk.longest, is_reader, bool(secret)) for line in talk.lines]
    return [Markup(secret.join(pieces)) for pieces in around]  # noqa: S704 (from a template that escapes)


@lru_cache(KEPT)
def _around_secret(line: Line, paper_id: str, longest: int, is_reader: bool, has_secret: bool) -> list[str]:
    """Return the HTML of a comment in pieces, between which the secret goes."""
    onlooker = {"visitor": {"reader": is_reader}, "csrf": _SECRET if has_secret else ""}
    return str(find_macro("discussion.html", "comment")(line, onlooker, paper_id, longest)).split(_SECRET)
