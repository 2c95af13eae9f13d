"""The words of Vega-Lite that the charts share: axes, colours, marks for what is sure, what is an interval and what has happened.

Colours are variables of the style sheet, so that pictures follow the page into the dark and onto paper; they can be told apart by
colour-blind readers. `hatch(n)` is the colour n as hatching, which stands for an interval: what can be, beside what surely is.
Days are drawn as the dates of the exchange: in no zone of whoever looks.
"""

from __future__ import annotations

from typing import Any

Spec = dict[str, Any]

#: Amounts in words of money; Vega's own would call a billion G.
_AMOUNT = (
    "abs(datum.value) >= 1e12 ? format(datum.value / 1e12, ',.4~r') + ' tn' : abs(datum.value) >= 1e9 ? "
    "format(datum.value / 1e9, ',.4~r') + ' bn' : abs(datum.value) >= 1e6 ? format(datum.value / 1e6, ',.4~r') + ' mn' : "
    "format(datum.value, ',.4~r')"
)
ROWS: Spec = {"name": "rows"}
STEP = "step-after"


def colour(number: int) -> str:
    """Colour `number` (1 to 6) of the style sheet."""
    return f"var(--c{number})"


def hatch(number: int) -> str:
    """The same colour as hatching, for intervals."""
    return f"url(#hatch-{number})"


def day(name: str, title: str | None = None, **more: Any) -> Spec:
    """A day on an axis."""
    return {"field": name, "type": "temporal", "title": title, "scale": {"type": "utc"}, "axis": {"tickCount": 6}} | more


def amount(name: str, title: str, **more: Any) -> Spec:
    """A number from zero, written as 1.5 bn; bars lie without their zero."""
    return {"field": name, "type": "quantitative", "title": title, "axis": {"labelExpr": _AMOUNT, "tickCount": 5}} | more


def ratio(name: str, title: str, **more: Any) -> Spec:
    """A fraction, written in %."""
    return {"field": name, "type": "quantitative", "title": title, "axis": {"format": ".0%", "tickCount": 5}} | more


def level(name: str, title: str, **more: Any) -> Spec:
    """A level such as a price, whose axis need not begin at zero."""
    return amount(name, title, scale={"zero": False}) | more


def names(name: str, **more: Any) -> Spec:
    """Words down the side, in the order of the rows; what stands before and after a colon in lines of their own."""
    axis = {"labelExpr": "split(datum.label, ': ')", "labelLineHeight": 13}
    return {"field": name, "type": "nominal", "title": None, "sort": None, "axis": axis} | more


def key(name: str, colours: dict[str, str], **more: Any) -> Spec:
    """What each colour stands for."""
    scale = {"domain": list(colours), "range": list(colours.values())}
    return {"field": name, "type": "nominal", "title": None, "scale": scale} | more


def by(name: str, **more: Any) -> Spec:
    """A colour for each of few names, whichever they are."""
    scale = {"range": [colour(number) for number in range(1, 7)]}
    return {"field": name, "type": "nominal", "title": None, "scale": scale} | more


def tens(name: str, title: str) -> Spec:
    """An amount on an axis that grows tenfold a step: of points, which need no zero."""
    axis = {"labelExpr": _AMOUNT, "values": [10**power for power in range(6, 16)]}
    return amount(name, title, scale={"type": "log"}, axis=axis)


def tips(*columns: tuple[str, str] | tuple[str, str, str]) -> list[Spec]:
    """What is told of a mark under the pointer: column, words, and a format for numbers; days and texts as they are."""
    told = []
    for name, title, *form in columns:
        told.append(
            {"field": name, "title": title} | ({"type": "quantitative", "format": form[0]} if form else {"type": "nominal"})
        )
    return told


def as_of_rule() -> Spec:
    """The as-of day: what stands to the right of it is still to come."""
    on = {"field": "as_of", "type": "temporal", "scale": {"type": "utc"}}
    line = {"mark": {"type": "rule", "strokeDash": [4, 3], "color": "var(--soft)"}, "encoding": {"x": on}}
    word = {
        "mark": {"type": "text", "align": "left", "dx": 4, "dy": -5, "color": "var(--soft)"},
        "encoding": {"x": on, "y": {"value": 0}, "text": {"value": "as of"}},
    }
    return {"data": {"name": "as_of"}, "layer": [line, word]}
