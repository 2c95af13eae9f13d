"""What dbt tells while it runs: those events that somebody hears, and all its warnings and errors."""

from __future__ import annotations

import pytest
from dbt.adapters.events.types import SQLQuery
from dbt.events.types import NodeStart
from dbt_common.events.base_types import BaseEvent, EventLevel, EventMsg
from dbt_common.events.event_manager_client import get_event_manager
from dbt_common.events.types import Note

from orchestration.defs.dbt_runner import HeardEvents

QUERY = SQLQuery(conn_name="master", sql="select 1")


def test_dbt_tells_its_events_to_it() -> None:
    assert isinstance(get_event_manager(), HeardEvents)


@pytest.mark.parametrize(
    ("event", "level", "is_heard"),
    [
        (QUERY, None, False),
        (QUERY, EventLevel.INFO, False),
        (QUERY, EventLevel.WARN, True),
        (QUERY, EventLevel.ERROR, True),
        (NodeStart(node_info={"unique_id": "model.one"}), None, True),
        (Note(msg="a word"), EventLevel.DEBUG, False),
    ],
)
def test_an_event_is_heard_that_says_where_dbt_is_or_what_is_wrong(
    event: BaseEvent, level: EventLevel | None, is_heard: bool
) -> None:
    manager, heard = HeardEvents(), list[EventMsg]()
    manager.add_callback(heard.append)
    manager.fire_event(event, level)
    assert [message.info.name for message in heard] == [type(event).__name__] * is_heard


def test_what_has_to_be_a_warning_or_an_error_is_heard() -> None:
    manager, heard = HeardEvents(), list[EventMsg]()
    manager.add_callback(heard.append)
    manager.fire_event(QUERY, force_warn_or_error_handling=True)
    assert len(heard) == 1
