"""Asking one live source: for each subject what is missing, and landing what is new of its answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ingestion.dataset import Folders, all_datasets
from ingestion.landing.land import Landing
from ingestion.live.answer import UnexpectedAnswer
from ingestion.live.http import SourceFailed
from ingestion.live.source import Live, LiveSource, SourceLanding
from ingestion.live.state import State
from ingestion.live.store import Store
from ingestion.live.windows import CannotAsk, sessions_by_exchange, window_to_ask


def land_source(
    source: LiveSource, folders: Folders, live: Live | None, between: tuple[date, date] | None = None
) -> SourceLanding:
    """Asks a source for what is missing (or for the days `between`, both included) and lands what is new.

    Without `live` nothing is asked: what is landed stands. Never raises for what a source answers: a subject that fails,
    or that can't be asked about, keeps what is landed of it and is told in `failed`; the others are asked all the same. A
    subject whose key is not set is not asked about, and has not failed. Raises OSError if it can't write.
    """
    datasets = {name: all_datasets()[name] for name in source.datasets}
    store = {name: Store(dataset, folders) for name, dataset in datasets.items()}
    state = State(source, folders)
    answers, failures = 0, 0
    if live:
        connection = live.connection(source)
        subjects = source.subjects(folders, live.now)
        state.keep(subject.name for subject in subjects)
        sessions = sessions_by_exchange(folders) if source.is_daily else {}
        for subject in subjects:
            if subject.needs_key and not connection.key:
                state.not_configured(subject.name, source.key_setting)
                continue
            try:
                window = window_to_ask(source, subject, store[source.datasets[0]], state, sessions, live.now, between)
                if window is None:
                    continue
                days = [store[name].first_day(subject.name) for name in source.listed_whole]
                window = replace(window, list_from=min(day for day in [window.first_on, *days] if day))
                answered = source.ask(connection, subject, window)
            except (SourceFailed, UnexpectedAnswer, CannotAsk) as error:
                failures += 1
                state.failed(subject.name, error.reason, live.now)
                continue
            answers += 1
            # the first dataset says what is missing, so it is written last: what is killed half-way is asked for again
            for name in reversed(source.datasets):
                unreadable = answered.unreadable.get(name, [])
                listed_from = window.list_from if name in source.listed_whole and name in answered.rows else None
                store[name].add(answered.rows.get(name, []), unreadable, subject, source.document_id, live.now, listed_from)
            state.answered(subject.name, None if between else window, live.now)
        for name in datasets:
            store[name].settle(live.now.date())
    landings = {name: Landing(name, store[name].rows, store[name].new_faults) for name in datasets}
    new_days = {name: store[name].new_days for name in datasets}
    return SourceLanding(landings, new_days, state.stale(), failures > 0 and answers == 0)
