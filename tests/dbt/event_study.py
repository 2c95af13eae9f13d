"""Event studies once more, in plain Python and from nothing but closes: what the models of `events` are compared with.

Written from the papers, not from the SQL: the variance of a CAR goes through the inverse of X'X, the ranks through a sorted
list, the correlations through days that two expiries share.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise
from statistics import fmean, stdev

Window = tuple[int, int]


@dataclass(frozen=True)
class Expiry:
    """An expiry with the returns around it: session relative to it -> (day, return, the benchmark's return)."""

    ticker: str
    day: date
    returns: Mapping[int, tuple[date, float, float]]
    clean: tuple[int, ...]

    def abnormal(self, model: str) -> dict[int, float]:
        """The abnormal return of each session; nothing where the market model has fewer than 60 clean sessions."""
        if model == "market-adjusted":
            return {session: own - benchmark for session, (_, own, benchmark) in self.returns.items()}
        if len(self.clean) < 60:
            return {}
        (own_sum, benchmark_sum), inverse = self._sums()
        alpha, beta = (row[0] * own_sum + row[1] * benchmark_sum for row in inverse)
        return {session: own - alpha - beta * benchmark for session, (_, own, benchmark) in self.returns.items()}

    def cumulative(self, model: str, window: Window) -> float:
        """CAR."""
        abnormal = self.abnormal(model)
        return sum(abnormal[session] for session in inside(window))

    def buy_and_hold(self, model: str, window: Window) -> float:
        """BHAR."""
        abnormal = self.abnormal(model)
        held, expected = 1.0, 1.0
        for session in inside(window):
            own = self.returns[session][1]
            held *= 1 + own
            expected *= 1 + own - abnormal[session]
        return held - expected

    def standard_error(self, model: str, window: Window) -> float:
        """The root of the variance of the CAR: s^2 (W + x' (X'X)^-1 x), without the second part if nothing is estimated."""
        abnormal = [self.abnormal(model)[session] for session in self.clean]
        width = len(inside(window))
        if model == "market-adjusted":
            return stdev(abnormal) * math.sqrt(width)
        variance = sum(value * value for value in abnormal) / (len(abnormal) - 2)
        _, inverse = self._sums()
        x = (width, sum(self.returns[session][2] for session in inside(window)))
        estimation = sum(x[i] * inverse[i][j] * x[j] for i in range(2) for j in range(2))
        return math.sqrt(variance * (width + estimation))

    def standardised(self, model: str, window: Window) -> float:
        """SCAR."""
        return self.cumulative(model, window) / self.standard_error(model, window)

    def has(self, model: str, window: Window) -> bool:
        """Whether each session of the window has an abnormal return by a model that can be estimated."""
        return len(self.clean) >= 20 and set(inside(window)) <= self.abnormal(model).keys()

    def _sums(self) -> tuple[tuple[float, float], tuple[tuple[float, float], tuple[float, float]]]:
        """X'y and the inverse of X'X, X being a column of ones and the benchmark's returns."""
        pairs = [self.returns[session][1:] for session in self.clean]
        n, first = len(pairs), sum(benchmark for _, benchmark in pairs)
        second = sum(benchmark * benchmark for _, benchmark in pairs)
        determinant = n * second - first * first
        inverse = ((second / determinant, -first / determinant), (-first / determinant, n / determinant))
        return (sum(own for own, _ in pairs), sum(own * benchmark for own, benchmark in pairs)), inverse


def inside(window: Window) -> range:
    return range(window[0], window[1] + 1)


def expiry(
    ticker: str,
    day: date,
    others: Sequence[date],
    sessions: Sequence[date],
    closes: Mapping[date, float],
    benchmark: Mapping[date, float],
) -> Expiry:
    """An expiry out of closes in one share basis; `others` are the other expiries of the ticker."""
    place = {session: number for number, session in enumerate(sessions)}
    traded = sorted(closes)
    returns: dict[int, tuple[date, float, float]] = {}
    clean = []
    for before, today in pairwise(traded):
        relative = place[today] - place[day]
        if -180 <= relative <= 60:
            returns[relative] = (today, closes[today] / closes[before] - 1, benchmark[today] / benchmark[before] - 1)
            is_late_enough = place[today] - place[traded[0]] >= 30
            is_undisturbed = all(abs(place[today] - place[other]) > 5 for other in others)
            if relative <= -61 and is_late_enough and is_undisturbed:
                clean.append(relative)
    return Expiry(ticker, day, returns, tuple(clean))


def bmp(scars: Sequence[float]) -> float:
    """Boehmer, Musumeci and Poulsen (1991)."""
    return fmean(scars) * math.sqrt(len(scars)) / stdev(scars)


def correlations(expiries: Sequence[Expiry], model: str, window: Window) -> list[float]:
    """Of the pairs that overlap: their windows share a day, and their estimations at least 20."""
    found = []
    for one, other in combinations(expiries, 2):
        spans = [[member.returns[session][0] for session in window] for member in (one, other)]
        series = [
            {member.returns[session][0]: value for session, value in member.abnormal(model).items() if session in member.clean}
            for member in (one, other)
        ]
        days = sorted(series[0].keys() & series[1].keys())
        if spans[0][0] <= spans[1][1] and spans[1][0] <= spans[0][1] and len(days) >= 20:
            found.append(pearson(*([values[day] for day in days] for values in series)))
    return found


def mean_correlation(expiries: Sequence[Expiry], model: str, window: Window) -> float:
    """Over all pairs, 0 for those that do not overlap."""
    return sum(correlations(expiries, model, window)) / math.comb(len(expiries), 2)


def pearson(left: Sequence[float], right: Sequence[float]) -> float:
    left_mean, right_mean = fmean(left), fmean(right)
    products = sum((a - left_mean) * (b - right_mean) for a, b in zip(left, right, strict=True))
    return products / math.sqrt(sum((a - left_mean) ** 2 for a in left) * sum((b - right_mean) ** 2 for b in right))


def kolari_pynnonen(expiries: Sequence[Expiry], model: str, window: Window) -> float:
    """Kolari and Pynnonen (2010)."""
    n, r = len(expiries), mean_correlation(expiries, model, window)
    return bmp([member.standardised(model, window) for member in expiries]) * math.sqrt((1 - r) / (1 + (n - 1) * r))


def rank_statistic(expiries: Sequence[Expiry], model: str, window: Window) -> float:
    """Corrado (1989), with the weights of Corrado and Zivney (1992) for series of unequal length."""
    deviations: dict[int, list[float]] = {}
    for member in expiries:
        abnormal = member.abnormal(model)
        ranked = {session: abnormal[session] for session in (*member.clean, *inside(window))}
        ordered = sorted(ranked.values())
        for session, value in ranked.items():
            below = sum(other < value for other in ordered)
            same = ordered.count(value)
            deviations.setdefault(session, []).append((below + (same + 1) / 2) / (len(ordered) + 1) - 0.5)
    weighted = {session: math.sqrt(len(values)) * fmean(values) for session, values in deviations.items()}
    deviation = math.sqrt(fmean([value * value for value in weighted.values()]))
    return sum(weighted[session] for session in inside(window)) / (math.sqrt(len(inside(window))) * deviation)
