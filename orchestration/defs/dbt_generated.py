"""What of the dbt project is written from something else, so that nobody keeps a list by hand (`make generated`).

`models/sources.yml` tells dbt of every landed dataset: where its files are and of which kind its rows are. `is_timeless` rows
have no day from which they are known; rows of an `is_append_only` dataset are only ever added, so that a build database that is
kept takes up new ones. `macros/marts.sql` names every mart: dbt reads what a test depends on before it knows of all models.
`models/exposures.yml` names the pages and dashboards with the marts that they query (`exposures.py`).

The other way round, ingestion checks what users declare against `formulas.csv`: the names of the formulas in
`macros/formulas.sql` and how many inputs each takes.
"""

from __future__ import annotations

import ast
import csv
import io
import json
from pathlib import Path
from typing import Any

from ingestion.dataset import Dataset, all_datasets
from ingestion.printed_text import figure_references
from orchestration.defs.dbt_runner import PROJECT_DIR
from orchestration.defs.exposures import exposures_yaml

_SOURCES = """\
# Written by `make generated` from the datasets in ingestion/datasets: change it there.
version: 2

sources:
  - name: build
    schema: "{{ 'freefloat_' if target.type == 'spark' }}build"
    description: What a refresh tells the models about itself.
    config:
      external_location: "build/{name}.parquet"
    tables:
      - name: refresh
        description: One row, the release that is being built and the day as of which it is.
  - name: cells
    schema: "{{ 'freefloat_' if target.type == 'spark' }}cells"
    description: The printed cells of the landed datasets, one file per dataset that has any.
    config:
      external_location: "landed/{name}/*.parquet"
    tables:
      - name: printed_cells
        config:
          # the cells of a dataset land with its rows; this asset comes after all of them
          meta: {dagster: {asset_key: [landed, contracts]}}
        description: One printed cell of one document, as a dataset declares it (`printed` in ingestion/dataset.py).
  - name: landed
    schema: "{{ 'freefloat_' if target.type == 'spark' }}landed"
    description: The landed Parquet files, validated by their contracts.
    config:
      external_location: "landed/{name}/{name}.parquet"
    tables:
"""
_MARTS = """\
{{# Written by `make generated` from the files in models/<subject>/marts: the name of every mart. #}}
{{% macro marts() -%}}
    {{{{ return([
        {names},
    ]) }}}}
{{%- endmacro %}}
"""


def generated() -> dict[Path, str]:
    """Each file that is written, with its text."""
    marts = sorted(path.stem for path in (PROJECT_DIR / "models").glob("*/marts/*.sql"))
    return {
        PROJECT_DIR / "models" / "sources.yml": sources_yaml(),
        PROJECT_DIR / "models" / "exposures.yml": exposures_yaml(),
        PROJECT_DIR / "macros" / "marts.sql": _MARTS.format(names=",\n        ".join(f"'{name}'" for name in marts)),
        Path(figure_references.__file__).with_name("formulas.csv"): formulas_csv(),
    }


def formulas() -> list[dict[str, Any]]:
    """The formulas of macros/formulas.sql, whose list is a literal of Python too."""
    text = (PROJECT_DIR / "macros" / "formulas.sql").read_text(encoding="utf-8")
    literal = text.partition("{{ return(")[2].partition(") }}")[0]
    return ast.literal_eval(literal)


def formulas_csv() -> str:
    """The text of formulas.csv: what a declaration has to know of each formula."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("name", "least", "most", "counted", "of_its_inputs"))
    for formula in formulas():
        counted = "true" if formula.get("counted") else "false"
        writer.writerow((formula["name"], formula["least"], formula["most"], counted, formula["of_its_inputs"]))
    return file.getvalue()


def sources_yaml() -> str:
    """The text of sources.yml: one entry per dataset, in the order of their names."""
    return _SOURCES + "".join(_entry(name, dataset) for name, dataset in sorted(all_datasets().items()))


def _entry(name: str, dataset: Dataset) -> str:
    """The entry of one dataset. The description is written as JSON, which YAML reads too."""
    lines = [f"      - name: {name}", f"        description: {json.dumps(dataset.grain[0].upper() + dataset.grain[1:] + '.')}"]
    kinds = {"is_timeless": "known_on" not in dataset.landed, "is_append_only": dataset.is_append_only}
    config = ['external_location: "landed/{name}/*.parquet"'] if dataset.feed else []
    if any(kinds.values()):
        config.append("meta: {" + ", ".join(f"{kind}: true" for kind, holds in kinds.items() if holds) + "}")
    if config:
        lines.append(f"        config: {{{', '.join(config)}}}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Writes the files and prints their paths."""
    for path, text in generated().items():
        path.write_text(text, encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
