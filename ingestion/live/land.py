"""Asking one live source: for each subject what is missing, and landing what is new of its answer."""

from __future__ import annotations

from datetime import date

from ingestion.dataset import Folders, all_datasets
from ingestion.landing import Landing
from ingestion.live.answer import OddAnswer
from ingestion.live.feed import Feed, FeedLanding, Live
from ingestion.live.http import SourceFailed
from ingestion.live.state import State
from ingestion.live.store import Store
from ingestion.live.windows import sessions_by_exchange, window_to_ask


def land_feed(feed: Feed, folders: Folders, live: Live | None, between: tuple[date, date] | None = None) -> FeedLanding:
    """Asks a feed for what is missing (or for the days `between`, both included) and lands what is new.

    Without `live` nothing is asked: what is landed stands. Never raises for what a source answers: a subject that fails
    keeps what is landed of it and is told in `failed`. Raises OSError if it can't write.
    """
    datasets = {name: all_datasets()[name] for name in feed.datasets}
    store = {name: Store(dataset, folders) for name, dataset in datasets.items()}
    state = State(feed, folders)
    asked, answers = 0, 0
    if live:
        subjects = feed.subjects(folders, live.now)
        state.keep(subject.name for subject in subjects)
        sessions = sessions_by_exchange(folders) if feed.is_daily else {}
        for subject in subjects:
            window = window_to_ask(feed, subject, store[feed.datasets[0]], state, sessions, live.now, between)
            if window is None:
                continue
            asked += 1
            try:
                answered = feed.ask(live, live.addresses[feed.source], subject, window)
            except (SourceFailed, OddAnswer) as error:
                state.failed(subject.name, error.reason, live.now)
                continue
            answers += 1
            # the first dataset says what is missing, so it is written last: what is killed half-way is asked for again
            for name in reversed(feed.datasets):
                rows = answered.rows.get(name, [])
                store[name].add(rows, answered.bad_rows.get(name, []), subject, feed.source, live.now)
            state.answered(subject.name, None if between else window, live.now)
    landings = {name: Landing(name, store[name].rows, store[name].new_faults) for name in datasets}
    return FeedLanding(landings, {name: store[name].new_days for name in datasets}, state.stale(), asked > 0 and answers == 0)
