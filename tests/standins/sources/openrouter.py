"""OpenRouter: the list of models, and the rankings, which need a key."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlsplit

from tests.standins import labs
from tests.standins.market import Market
from tests.standins.stand_in import RENAMED, SHORT_PAGE, TRANSPORT_FAULTS, Reply, StandIn, json_reply, last_part, not_found

#: The key that the rankings ask for.
OPENROUTER_KEY = "sk-or-v1-made-up-key-of-the-stand-in"
MODELS_PATH = "/api/v1/models"
RANKINGS_PATH = "/api/v1/datasets/rankings-daily"
RANKINGS_DAYS = 366


def _answer_openrouter(market: Market, target: str, query: dict[str, str], fault: str | None) -> Reply:
    path = urlsplit(target).path
    if path == MODELS_PATH:
        models = market.labs.models
        if fault == RENAMED:
            models = [{"prices" if name == "pricing" else name: value for name, value in model.items()} for model in models]
        elif fault == SHORT_PAGE:
            models = []
        return json_reply({"data": models})
    if path != RANKINGS_PATH:
        return not_found()
    try:
        first_on, last_on = (date.fromisoformat(query[name]) for name in ("start_date", "end_date"))
    except (KeyError, ValueError):
        return json_reply({"error": {"code": 400, "message": "start_date and end_date must be YYYY-MM-DD"}}, 400)
    first_on = max(first_on, labs.RANKINGS_START_ON)
    if last_on < first_on or (last_on - first_on).days >= RANKINGS_DAYS or query.get("period") != "day":
        return json_reply({"error": {"code": 400, "message": f"a window is 1 to {RANKINGS_DAYS} days"}}, 400)
    tokens = "tokens" if fault == RENAMED else "total_tokens"
    data = [
        {"date": day.isoformat(), "model_permaslug": slug, tokens: str(count)}
        for day, slug, count in market.labs.rankings(first_on, last_on)
    ]
    if fault == SHORT_PAGE:
        data.pop()
    as_of = f"{last_on + timedelta(days=1)}T01:46:00Z"
    meta = {"as_of": as_of, "version": "v1", "start_date": str(first_on), "end_date": str(last_on)}
    return json_reply({"data": data, "meta": meta})


STAND_IN = StandIn(
    setting="FREEFLOAT_OPENROUTER_URL",
    faults=TRANSPORT_FAULTS | {RENAMED, SHORT_PAGE},
    instrument=last_part,
    answer=_answer_openrouter,
    key_setting="FREEFLOAT_OPENROUTER_API_KEY",
    key=OPENROUTER_KEY,
    paths_with_key=frozenset({RANKINGS_PATH}),
)
