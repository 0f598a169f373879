"""The values that requests of `/api/v1` may bring, each declared once."""

from __future__ import annotations

from broadsheet.domain.query import MAX_CHARACTERS
from broadsheet.render.api_document import Parameter

LONGEST_QUERY = MAX_CHARACTERS
PERIOD_FORMS = {
    "day": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "week": "^[0-9]{4}-W[0-9]{2}$",
    "month": "^[0-9]{4}-[0-9]{2}$",
}
LIMIT = Parameter(
    "limit", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}, "How many to give at most.", 20
)
CURSOR = Parameter(
    "cursor",
    {"type": "string", "pattern": "^[0-9]{1,7}\\.[0-9]{1,15}$", "title": "`next` of the answer before"},
    "Where to go on.",
    "0.0",
)
SEARCH_CURSOR = Parameter(
    "cursor",
    {"type": "string", "pattern": "^[0-9]{1,4}\\.[0-9]{1,15}$", "title": "`next` of the answer before"},
    "Where to go on. A search can be read up to its ten thousandth entry.",
    "0.0",
)
PK_CURSOR = Parameter(
    "cursor",
    {"type": "string", "pattern": "^[0-9]{1,15}\\.[0-9]{1,15}$", "title": "`next` of the answer before"},
    "Where to go on.",
    "0.0",
)
SINCE = Parameter(
    "since",
    {
        "anyOf": [
            {"type": "string", "format": "date"},
            {"type": "string", "format": "date-time"},
            {"type": "string", "pattern": "^p[0-9]{1,15}$", "title": "`until` of an earlier answer"},
        ]
    },
    "Only papers that came into this site then or later; behind `until`, exactly what that answer did not know.",
    "2025-11-07",
)
PUT_SINCE = Parameter(
    "since",
    {"anyOf": SINCE.schema["anyOf"][:2]},
    "Only what was put into the list then or later; behind `until`, exactly what that answer did not know.",
    "2025-11-07T06:00:00.000001Z",
)
PAPER_ID = Parameter(
    "paper_id",
    {"type": "string", "minLength": 1},
    "The paper's id; an arXiv id or a DOI serves as well. A slash in it may stand as it is.",
    "2511.00101",
    "path",
)
QUERY = Parameter(
    "q",
    {"type": "string", "maxLength": LONGEST_QUERY},
    "What to look for, in the search language: words, phrases, fields, dates, exclusions.",
    'patient learners after:2024 -"survey of"',
    is_required=True,
)
DAY = Parameter("day", {"type": "string", "format": "date"}, "The day.", "2025-11-07", "path")
WEEK = Parameter(
    "week",
    {"type": "string", "pattern": PERIOD_FORMS["week"], "title": "ISO week (YYYY-Www)"},
    "The week.",
    "2025-W45",
    "path",
)
MONTH = Parameter(
    "month", {"type": "string", "pattern": PERIOD_FORMS["month"], "title": "month (YYYY-MM)"}, "The month.", "2025-11",
    "path",
)  # fmt: skip
A_STRETCH = (LIMIT, CURSOR, SINCE)

COPIED = "`next` of the answer before"
NUMBER_CURSOR = Parameter(
    "cursor", {"type": "string", "pattern": "^[0-9]{1,9}$", "title": COPIED}, "Where to go on.", "0"
)
MOMENT_CURSOR = Parameter(
    "cursor", {"type": "string", "pattern": "^[0-9]{1,16}-[0-9]{1,15}$", "title": COPIED}, "Where to go on.",
    "1762507800000000-1",
)  # fmt: skip
NAME_CURSOR = Parameter(
    "cursor", {"type": "string", "maxLength": 100, "title": COPIED}, "Where to go on.", "tuesday-lab"
)
OWN_PAPERS = (LIMIT, NUMBER_CURSOR, PUT_SINCE)
OF = Parameter(
    "of", {"type": "string", "enum": ["mine", "all"], "default": "mine"},
    "The reader's own, or, for curators, all that wait.", "mine",
)  # fmt: skip
ROW = Parameter("pk", {"type": "integer", "minimum": 1, "maximum": 999_999_999_999_999}, "Its `id`.", 1, "path")
GROUP = Parameter(
    "name", {"type": "string", "pattern": "^[a-z0-9-]{1,39}$", "title": "name of a group"}, "The group.",
    "tuesday-lab", "path",
)  # fmt: skip
WORDS = Parameter("q", {"type": "string", "maxLength": 200}, "Words that each paper must have.", "learners")
GROUP_FOLDER = Parameter("folder", {"type": "string", "maxLength": 60}, "Only of this folder.", "Read by all")
IN_FOLDER = Parameter(
    "folder", {"type": "string", "pattern": "^[0-9]{0,15}$", "title": "number of a folder"}, "Only of this folder.", "1"
)
TAG = Parameter("tag", {"type": "string", "maxLength": 50}, "Only with this tag.", "patience")
STATE = Parameter("state", {"type": "string", "enum": ["read", "unread"]}, "Only those.", "unread")
