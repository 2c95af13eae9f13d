"""The shape of the dbt project: which subject reads which, which layer reads which, and that what is generated is up to date."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingestion.printed_text.figure_references import FORMULAS
from orchestration.defs.dbt_generated import formulas, generated
from orchestration.defs.dbt_runner import PROJECT_DIR, layer, parse
from orchestration.settings import Settings

#: Each subject (a folder in models/) and the others whose models it reads, in an order in which each reads only those before it.
READS = {
    "documents": "",
    "securities": "documents",
    "lockups": "documents securities",
    "market": "documents securities lockups",
    "events": "documents securities lockups market",
    "valuation": "documents securities lockups market events",
    "tokens": "documents valuation",
    "capability": "documents securities",
    "catalysts": "documents securities lockups market events tokens capability",
    "reconciliation": "documents securities market events",
    "headlines": "documents lockups valuation catalysts reconciliation",
}
#: What a subject reads of one that comes after it, and why.
BACKWARD = {
    ("int_security", "stg_lockup_comparables"): "a security may be named only by a table that compares lock-up expiries",
    ("int_security", "stg_lockups"): "a security may be named only by a lock-up",
    ("int_security", "stg_filing_lockups"): "a security may be named only by a lock-up",
    ("int_event_confounder", "int_catalyst_statement"): "a stated catalyst in an expiry's window may be what moved the price",
    ("int_price_condition", "int_price_bar"): "a release rule may wait for closes, which the bars give",
    ("int_measured_security", "stg_derived_figure_inputs"): "bars are taken up for all at once who need those of few securities",
    ("int_measured_security", "stg_scarcity_case"): "bars are taken up for all at once who need those of few securities",
    ("fct_lockup_expiry", "int_lockup_expiry"): "an expiry is published with the value that the bars before it give",
}
#: The marts that an intermediate model reads. Its SQL says why.
MARTS_READ = {
    "int_market_cap": {"fct_turnover_daily", "fct_float_daily"},
    "int_pair_bar": {"fct_turnover_daily"},
    "int_tested_bar": {"fct_turnover_daily"},
    "int_tripwire_measure": {"fct_capability_gap", "fct_token_price", "mart_token_to_arr"},
}
#: What an entry of macros/formulas.sql can say.
FORMULA_KEYS = {"name", "least", "most", "counted", "of_its_inputs", "words", "class", "class_of_days"}
FORMULA_KEYS |= {"ends", "days", "of_itself", "one_currency", "each", "sessions", "solve"}
MODELS = PROJECT_DIR / "models"


@pytest.fixture(scope="module")
def models(parsed_project: Path) -> dict[str, dict[str, Any]]:
    """The models of the manifest by their names."""
    nodes = parse(Settings(data_dir=parsed_project)).manifest["nodes"].values()
    return {node["name"]: node for node in nodes if node["resource_type"] == "model"}


def read_by(model: dict[str, Any], models: dict[str, dict[str, Any]]) -> set[str]:
    """The names of the models that a model reads."""
    return {name.split(".")[-1] for name in model["depends_on"]["nodes"]} & models.keys()


def subject(model: dict[str, Any]) -> str:
    """The folder of models/ that holds a model."""
    return Path(model["original_file_path"]).parts[1]


def test_a_subject_reads_only_the_subjects_that_it_may(models: dict[str, dict[str, Any]]) -> None:
    arrows = {
        (name, other): (subject(model), subject(models[other]))
        for name, model in models.items()
        for other in read_by(model, models)
        if subject(model) != subject(models[other])
    }
    order = list(READS)
    assert {pair for pair, (reader, read) in arrows.items() if order.index(read) > order.index(reader)} == BACKWARD.keys()
    found: dict[str, set[str]] = {name: set() for name in READS}
    for pair, (reader, read) in arrows.items():
        if pair not in BACKWARD:
            found[reader].add(read)
    assert found == {name: set(others.split()) for name, others in READS.items()}


def test_an_intermediate_model_reads_no_mart_without_a_stated_reason(models: dict[str, dict[str, Any]]) -> None:
    intermediate = {name: model for name, model in models.items() if layer(model) == "intermediate"}
    marts = {name for name, model in models.items() if layer(model) == "marts"}
    found = {name: read_by(model, models) & marts for name, model in intermediate.items()}
    assert {name: read for name, read in found.items() if read} == MARTS_READ
    for name in MARTS_READ:
        assert "Reads " in intermediate[name]["raw_code"].split("with ")[0], f"{name} says why it reads a mart"


def test_each_subject_is_configured_opens_with_what_belongs_in_it_and_tests_its_rules(models: dict[str, dict[str, Any]]) -> None:
    configured = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text())["models"]["freefloat"]
    folders = {path.name for path in MODELS.iterdir() if path.is_dir()}
    assert folders == READS.keys() == {name for name in configured if not name.startswith("+")}
    assert {layer(model) for model in models.values()} == {"staging", "intermediate", "marts"}
    for folder in folders:
        opening = (MODELS / folder / f"_{folder}.yml").read_text()
        assert opening.startswith(f"# {folder.capitalize()}: "), f"_{folder}.yml opens with what belongs in the folder"


def test_what_is_generated_is_up_to_date() -> None:
    for path, text in generated().items():
        assert path.read_text(encoding="utf-8") == text, "datasets, marts or formulas have changed: run `make generated`"


def test_a_formula_stands_in_one_place() -> None:
    names = [formula["name"] for formula in formulas()]
    assert len(set(names)) == len(names) == len(FORMULAS)
    for formula in formulas():
        assert formula.keys() <= FORMULA_KEYS, formula["name"]
        assert {"of_its_inputs", "words"} <= formula.keys() and formula.keys() & {"ends", "days"}, formula["name"]
    # a word that is a formula's name can be another's too, as `share` is a word of many columns: what counts is a quoted name
    for path in [*MODELS.rglob("*.sql"), *(PROJECT_DIR / "macros").glob("*.sql")]:
        if path.name != "formulas.sql":
            quoted = set(re.findall(r"formula_kind[^\n]*'([^'\n]+)'", path.read_text(encoding="utf-8")))
            assert not quoted & set(names), f"{path.name} names a formula: say it in macros/formulas.sql"


def test_the_docs_list_every_formula_with_what_it_makes_of_its_inputs() -> None:
    docs = (PROJECT_DIR.parent / "docs" / "reconciliation.md").read_text(encoding="utf-8")
    table = docs.partition("| formula | of its inputs |\n| --- | --- |\n")[2].partition("\n\n")[0]
    assert table.splitlines() == [f"| `{name}` | {formula.of_its_inputs} |" for name, formula in FORMULAS.items()]
