"""What is made up of AI companies and models: what Epoch AI's tables state, and what OpenRouter lists and counts.

What belongs here are the records, in the words of the sources; how a source prints them is in `server`. A test may change
any of them.
"""

from __future__ import annotations

import zlib
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

#: Records of Epoch's tables by column; a column that a record lacks is blank.
Record = dict[str, str]

REVENUE, FUNDING, USAGE = "ai_companies_revenue_reports.csv", "ai_companies_funding_rounds.csv", "ai_companies_usage_reports.csv"
INDEX = "epoch_capabilities_index.csv"
SOURCES = ["Source 1", "Source 2", "Source 3"]
HEADERS = {
    "v2026-01": [
        *("Id", "Company", "Date", "Revenue amount (normalize to annual)", "Annualized revenue (USD)", "Type"),
        *("Revenue info (non-annualized)", "Confidence", *SOURCES, "Notes", "Report date", "Source type", "Graph note"),
    ],
    "v2026-09": [
        *("Id", "Company", "Date", "Annualized revenue (USD)", "Annualized revenue type", "Scope"),
        *("Revenue amount (normalize to annual)", "Period revenue", "Period type", "Other revenue info", "Confidence"),
        *(*SOURCES, "Notes", "Report date", "Source type", "Graph note"),
    ],
    FUNDING: [
        *("Id", "Company", "Close date", "Status", "Funding (equity)", "Funding (debt)", "Valuation (post-money)"),
        *("Report date", *SOURCES, "Graph note", "Notes", "Type", "Confidence", "Exclude from graph view"),
    ],
    USAGE: [
        *("Id", "Company", "Active users", "Active users time period", "Daily tokens", "Daily messages", "Date"),
        *("Report date", "Source 1", "Source 2", "Graph note", "Notes", "Source type", "Product", "Confidence"),
        "Exclude from graph view",
    ],
    INDEX: [
        *("Model version", "ECI Score", "Release date", "Organization", "Country", "Model accessibility"),
        *("Training compute (FLOP)", "Confidence", "Model name", "Description", "Display name"),
    ],
}


def _revenue(label: str, company: str, as_of: str, amount: str, kind: str, reported: str, **more: str) -> Record:
    """A statement under the header of 2026-09; `more` are its other columns, spaces written as underscores."""
    record = {
        "Id": label,
        "Company": company,
        "Date": as_of,
        "Annualized revenue (USD)": amount,
        "Annualized revenue type": kind,
        "Scope": "Full company",
        "Revenue amount (normalize to annual)": amount,
        "Confidence": "Likely",
        "Source 1": "https://example.org/revenue",
        "Report date": reported,
        "Source type": "Media report",
    }
    return record | {name.replace("_", " "): value for name, value in more.items()}


RUN_RATE = "Annualized run rate"
NOTES = 'It is described as "run rate",\nnot as revenue of a year.'
REVENUE_REPORTS = (
    # two statements of one day on different bases
    _revenue("2023 2.0B", "OpenAI", "2023-12-31", "2000000000.0", RUN_RATE, "2024-02-09"),
    _revenue(
        "2023 ChatGPT 0.7B", "OpenAI", "2023-12-31", "", "", "2024-06-12", Scope="Product/division",
        Period_revenue="700000000.0", Period_type="Year",
    ),
    _revenue(
        "Dec 2024 5.5B", "OpenAI", "2024-12-31", "5500000000.0", "Annual recurring revenue (ARR)", "2025-06-09",
        Source_type="Company disclosure,Media report", Notes=NOTES,
    ),
    _revenue(
        "2024 3.7B", "OpenAI", "2024-12-31", "", "", "2024-09-27", Period_revenue="3700000000.0", Period_type="Year",
        **{"Revenue amount (normalize to annual)": "3700000000.0"},
    ),
    # one label twice, with different values; and a record that is there twice
    _revenue("2025 9B", "Anthropic", "2025-12-31", "9000000000.0", RUN_RATE, "2026-01-21"),
    _revenue("2025 9B", "Anthropic", "2025-12-31", "9200000000.0", RUN_RATE, "2026-02-12"),
    _revenue("Jul 2026 65B", "Anthropic", "2026-07-31", "65000000000.0", RUN_RATE, "2026-08-17"),
    _revenue("Jul 2026 65B", "Anthropic", "2026-07-31", "65000000000.0", RUN_RATE, "2026-08-17"),
    # blank days
    _revenue("Zhipu 2026", "Z.ai (Zhipu)", "2026-03-31", "250000000.0", RUN_RATE, "", Notes=NOTES),
    _revenue("MiniMax", "MiniMax", "", "150000000.0", "Annual recurring revenue (ARR)", "2026-02-27", Graph_note="No day named"),
)  # fmt: skip


def _round(label: str, company: str, closed: str, status: str, equity: str, valuation: str, reported: str, **more: str) -> Record:
    record = {
        "Id": label,
        "Company": company,
        "Close date": closed,
        "Status": status,
        "Funding (equity)": equity,
        "Valuation (post-money)": valuation,
        "Report date": reported,
        "Source 1": "https://example.org/round",
        "Type": "Primary",
        "Confidence": "Confident",
    }
    return record | {name.replace("_", " "): value for name, value in more.items()}


FUNDING_ROUNDS = (
    _round("Series F", "Anthropic", "2025-09-02", "Closed", "13000000000.0", "183000000000.0", "2025-09-02"),
    _round("Series G", "Anthropic", "2026-02-12", "Closed", "30000000000.0", "380000000000.0", "2026-02-12"),
    # it was reported before it closed
    _round("Series H", "Anthropic", "2026-05-28", "Closed", "65000000000.0", "965000000000.0", "2026-05-20"),
    # holders sold, the company raised nothing
    _round("Oct 2025 tender", "OpenAI", "2025-10-02", "Closed", "0.0", "500000000000.0", "2025-10-02", Type="Secondary"),
    _round(
        "2026 round", "OpenAI", "2026-03-31", "Closed", "122000000000.0", "852000000000.0", "2026-03-31",
        Type="Primary,Debt", **{"Funding (debt)": "4000000000.0"},
    ),
    _round("Next", "OpenAI", "", "Late discussions", "", "1200000000000.0", "2026-10-20", Confidence="Uncertain"),
    _round("Strategic", "xAI", "2026-01-06", "Closed", "20000000000.0", "", "", Exclude_from_graph_view="True", Notes=NOTES),
)  # fmt: skip


def _use(label: str, company: str, product: str, as_of: str, reported: str, **more: str) -> Record:
    record = {
        "Id": label,
        "Company": company,
        "Date": as_of,
        "Report date": reported,
        "Source 1": "https://example.org/use",
        "Source type": "Company disclosure",
        "Product": product,
        "Confidence": "Likely",
    }
    return record | {name.replace("_", " "): value for name, value in more.items()}


USAGE_REPORTS = (
    _use("ChatGPT 700M WAU", "OpenAI", "ChatGPT", "2025-08-04", "2025-08-04", Active_users="700000000.0",
         Active_users_time_period="Weekly"),
    # the same label, and another number
    _use("ChatGPT 700M WAU", "OpenAI", "ChatGPT", "2025-09-30", "2025-10-01", Active_users="770000000.0",
         Active_users_time_period="Weekly"),
    _use("Zhipu tokens", "Z.ai (Zhipu)", "API", "2026-03-31", "2026-04-02", Daily_tokens="4600000000000.0", Notes=NOTES),
    _use("API tokens", "OpenAI", "API", "2025-10-06", "2025-10-06", Daily_tokens="8640000000000.0", Graph_note="API only"),
    _use("32% share", "Anthropic", "Claude API", "2025-07-31", "2025-07-31", Source_type="Other", Exclude_from_graph_view="True"),
)  # fmt: skip


def _model(version: str, score: str, released: str, organization: str, country: str, **more: str) -> Record:
    record = {
        "Model version": version,
        "ECI Score": score,
        "Release date": released,
        "Organization": organization,
        "Country": country,
        "Model accessibility": "API access",
        "Model name": version.partition("_")[0],
        "Display name": version.partition("_")[0],
    }
    return record | {name.replace("_", " "): value for name, value in more.items()}


US, CHINA = "United States of America", "China"
CAPABILITY_INDEX = (
    _model("gpt-4-0314", "126.0", "2023-03-14", "OpenAI", US, **{"Training compute (FLOP)": "2.1e+25"}),
    _model("o1", "140.5", "2024-12-05", "OpenAI", US),
    _model("gpt-5_high", "150.12345678901234", "2025-08-07", "OpenAI", US, Display_name="GPT-5 (high)"),
    # the same model with less effort
    _model("gpt-5_low", "146.0", "2025-08-07", "OpenAI", US, Display_name="GPT-5 (low)"),
    _model("deepseek-r1", "137.0", "2025-01-20", "DeepSeek", CHINA, Model_accessibility="Open weights (unrestricted)"),
    _model("glm-4.5", "141.0", "2025-07-28", "Z.ai (Zhipu AI),Tsinghua University", CHINA),
    _model("glm-5", "149.0", "2026-02-11", "Z.ai (Zhipu AI)", CHINA),
    _model("minimax-m2", "144.0", "2025-10-27", "MiniMax", CHINA),
    _model("claude-opus-5", "158.0", "2026-05-28", "Anthropic", US),
    # no score
    _model("olmo-2", "", "2024-11-26", "Allen Institute for AI,University of Washington", f"{US},{US}"),
    _model("falcon-3", "", "2024-12-17", "Technology Innovation Institute", "United Arab Emirates", Description=NOTES),
    _model("undated", "", "", "Stealth", ""),
)


def _listed(
    model_id: str, slug: str, name: str, created: int, prompt: str, completion: str, *, context: int = 200_000, **pricing: Any
) -> dict[str, Any]:
    """A model of OpenRouter's list; `pricing` are its further prices."""
    return {
        "id": model_id,
        "canonical_slug": slug,
        "name": name,
        "created": created,
        "description": "Made up.",
        "context_length": context,
        "architecture": {"modality": "text->text", "input_modalities": ["text"], "output_modalities": ["text"]},
        "pricing": {"prompt": prompt, "completion": completion, "request": "0", "image": "0"} | pricing,
        "top_provider": {"context_length": context, "max_completion_tokens": 131072, "is_moderated": False},
        "per_request_limits": None,
        "links": {"details": f"/api/v1/models/{slug}/endpoints"},
    }


GLM, MINIMAX = "z-ai/glm-5.2-20260616", "minimax/minimax-m2.7-20260318"
MODELS = (
    _listed("z-ai/glm-5.2", GLM, "Z.ai: GLM 5.2", 1781631930, "0.00000056", "0.00000176", context=1_048_576,
            input_cache_read="0.000000104"),
    _listed("z-ai/glm-5.2:free", GLM, "Z.ai: GLM 5.2 (free)", 1781631930, "0", "0"),
    _listed("minimax/minimax-m2.7", MINIMAX, "MiniMax: M2.7", 1773792000, "0.0000003", "0.0000012",
            input_cache_read="0.00000006", input_cache_write="0.000000375", discount=0.25),
    _listed("minimax/minimax-m2.5", "minimax/minimax-m2.5-20260212", "MiniMax: M2.5", 1770854400, "0.00000030000000000000004",
            "0.0000012", input_cache_read="0.00000003"),
    _listed("google/gemini-3-pro", "google/gemini-3-pro-20251118", "Google: Gemini 3 Pro", 1763424000, "0.000002", "0.000012",
            context=1_048_576,
            overrides=[{"min_prompt_tokens": 200_000, "prompt": "0.000004", "completion": "0.000018"},
                       {"utc_start": "2200", "utc_end": "0600", "utc_days": ["sat", "sun"], "prompt": "0.000001"}]),
    _listed("openrouter/auto", "openrouter/auto", "Auto Router", 1699401600, "-1", "-1"),
    _listed("~z-ai/glm-latest", GLM, "Z.ai: GLM latest", 1781631930, "0.00000056", "0.00000176"),
)  # fmt: skip

#: The first day of the rankings.
RANKINGS_START_ON = date(2025, 1, 1)
#: (slug, first day among the 50, last day or None, tokens of a day in billions).
USED = (
    (GLM, date(2026, 6, 17), None, 1_900),
    (f"{GLM}:free", date(2026, 6, 20), None, 120),
    (MINIMAX, date(2026, 3, 19), None, 1_400),
    # gone from the 50: from then on it has no row
    ("z-ai/glm-5.1-20260401", date(2026, 4, 2), date(2026, 7, 22), 800),
    ("openai/gpt-5-20250807", date(2025, 8, 8), None, 900),
    ("anthropic/claude-sonnet-4-20250522", date(2025, 5, 23), date(2026, 3, 1), 700),
)
OTHER_BILLIONS = 600


@dataclass
class Labs:
    """The records of both sources. `header_version` is the one that the revenue table is printed with."""

    revenue_reports: list[Record] = field(default_factory=lambda: [dict(record) for record in REVENUE_REPORTS])
    funding_rounds: list[Record] = field(default_factory=lambda: [dict(record) for record in FUNDING_ROUNDS])
    usage_reports: list[Record] = field(default_factory=lambda: [dict(record) for record in USAGE_REPORTS])
    capability_index: list[Record] = field(default_factory=lambda: [dict(record) for record in CAPABILITY_INDEX])
    header_version: str = "v2026-09"
    models: list[dict[str, Any]] = field(default_factory=lambda: list(deepcopy(MODELS)))
    restated_tokens: dict[tuple[str, date], int] = field(default_factory=dict)

    def rankings(self, first_on: date, last_on: date) -> list[tuple[date, str, int]]:
        """(day, slug, tokens) of each day, those with most tokens first and `other` last."""
        rows: list[tuple[date, str, int]] = []
        for number in range((last_on - first_on).days + 1):
            day = first_on + timedelta(days=number)
            used = [(slug, billions) for slug, first, last, billions in USED if first <= day <= (last or day)]
            of_day = [(day, slug, self.tokens(slug, day, billions)) for slug, billions in used]
            rows += sorted(of_day, key=lambda row: -row[2])
            rows.append((day, "other", self.tokens("other", day, OTHER_BILLIONS)))
        return rows

    def tokens(self, slug: str, day: date, billions: int) -> int:
        """Tokens of a day: about `billions`, always the same, until restated."""
        noise = zlib.crc32(f"{slug} {day}".encode()) % 100_000_000
        return self.restated_tokens.get((slug, day), billions * 1_000_000_000 + noise)
