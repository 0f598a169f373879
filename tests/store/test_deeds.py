"""The log is only ever added to: the database itself refuses anything else."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError

from broadsheet.domain.deeds import Deed
from broadsheet.store import readers
from broadsheet.store.community_tables import deeds as table
from broadsheet.store.deeds import add_deed, list_deeds
from broadsheet.wiring import House


def test_no_deed_is_changed_or_taken_out(house: House, now: datetime) -> None:
    with house.database.write() as connection:
        cleo = readers.insert_reader(connection, "cleo", "", "curator", now)
        add_deed(connection, Deed(now, cleo.pk, "paper hidden", "2603.00001", "Withdrawn."))
    for statement in (
        update(table).values(detail="Nothing"),
        delete(table),
        insert(table).prefix_with("OR REPLACE").values(pk=1, done_at=now, verb="x", subject="", detail="", is_public=1),
    ):
        with pytest.raises(IntegrityError), house.database.write() as connection:
            connection.execute(statement)
    with house.database.write() as connection:
        readers.delete_reader(connection, cleo.pk)
    with house.database.read() as connection:
        (deed,) = list_deeds(connection, is_public=True)
        assert (deed.verb, deed.detail, deed.name) == ("paper hidden", "Withdrawn.", "")
