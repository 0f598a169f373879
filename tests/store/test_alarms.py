"""Alarms stand from when they are raised until they are cleared."""

from __future__ import annotations

from datetime import datetime, timedelta

from broadsheet.domain.operations import Alarm
from broadsheet.store.alarms import clear_alarm, list_alarms, raise_alarm
from broadsheet.wiring import House


def test_an_alarm_keeps_its_beginning_until_it_is_cleared(house: House, now: datetime) -> None:
    later, much_later = now + timedelta(hours=1), now + timedelta(hours=2)
    with house.database.write() as connection:
        raise_alarm(connection, "feed b", "It is stale.", now)
        raise_alarm(connection, "feed a", "It is stale.", later)
        raise_alarm(connection, "feed b", "It is still stale.", later)
        assert list_alarms(connection) == [
            Alarm("feed b", "It is still stale.", now),
            Alarm("feed a", "It is stale.", later),
        ]
        clear_alarm(connection, "feed b", later)
        clear_alarm(connection, "feed c", later)
        assert [alarm.name for alarm in list_alarms(connection)] == ["feed a"]
        raise_alarm(connection, "feed b", "It is stale again.", much_later)
        assert list_alarms(connection)[1] == Alarm("feed b", "It is stale again.", much_later)
