"""What would run on DuckDB alone stays out of models and tests: `make spark` runs them on a second engine, but takes minutes."""

import re

from orchestration.defs.dbt_runner import PROJECT_DIR

#: What engines read differently, and what to write.
NOT_PORTABLE = {
    r"\bvarchar\b": "string",
    r"\bwith recursive\b": "{{ recursive() }} and {{ recursive_rows(...) }}",
    r"\bqualify\b": "a subquery with row_number",
    r"(?<![a-z])\* (?:exclude|replace|except)\b": "the columns, or {{ with_null_unless(...) }}",
    r"\basof join\b": "a join on a range of days",
    r"[a-z]''[a-z]": '{{ text_literal("can\'t") }}',
}


def test_models_and_tests_say_nothing_that_only_duckdb_reads() -> None:
    found = [
        f"{path.relative_to(PROJECT_DIR)}: {match[0]!r}; write {instead}"
        for folder in ("models", "tests")
        for path in sorted((PROJECT_DIR / folder).rglob("*.sql"))
        for pattern, instead in NOT_PORTABLE.items()
        for match in re.finditer(pattern, re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8")), re.IGNORECASE)
    ]
    assert found == []
