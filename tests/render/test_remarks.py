"""Comments kept as HTML: each visitor's page has that visitor's own secret, and shows what has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from broadsheet.domain.comments import Comment, Discussion, Placed
from broadsheet.domain.readers import Reader, Visitor
from broadsheet.render.pages import Masthead, find_macro
from broadsheet.render.remarks import make_remarks
from broadsheet.render.talk import make_talk

NOW = datetime(2026, 3, 4, tzinfo=UTC)
COMMENT = Comment(7, 1, None, None, 3, "ada", "Ada <Q>", "<p>Well.</p>", False, 2, 1, 0.5, NOW, None, "")
READER = Visitor(Reader(4, "bo", "Bo", "", "reader", NOW), "session", frozenset(), 9)


def remark(masthead: Masthead, comment: Comment = COMMENT) -> str:
    talk = make_talk(Discussion(1, (Placed(comment, 0),)), "2511.1", UTC, masthead.visitor.pk)
    (said,) = make_remarks(masthead, talk, "2511.1")
    (line,) = talk.lines
    assert str(said) == str(find_macro("discussion.html", "comment")(line, masthead, "2511.1", talk.longest))
    return str(said)


def test_each_visitor_gets_their_own_secret() -> None:
    nobody = Masthead("T", "m", date(2026, 3, 4))
    for csrf in ('one"', "two", "", 'one"'):
        said = remark(replace(nobody, visitor=READER, csrf=csrf))
        assert said.count('name="csrf"') == (2 if csrf else 0)
        assert ("one&#34;" in said, "two" in said) == (csrf == 'one"', csrf == "two")
        assert "\0" not in said
    assert "<form" not in remark(nobody)


def test_a_comment_that_changed_is_shown_as_it_is_now() -> None:
    nobody = Masthead("T", "m", date(2026, 3, 4))
    assert "▲ 2" in remark(nobody)
    assert "▲ 3" in remark(nobody, replace(COMMENT, ups=3))
    assert "Deleted by its author" in remark(nobody, replace(COMMENT, html="", deleted_by="author"))
