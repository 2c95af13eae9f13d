"""The dbt models and tests as assets and checks: dbt runs in this process, dagster-dbt turns its events into Dagster's."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DagsterDbtTranslator, dbt_assets
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from orchestration.defs.dbt_runner import DbtProject, build, layer
from orchestration.defs.owners import OWNERS
from orchestration.defs.refresh_context import read_context
from orchestration.defs.spark_engine import build_on_spark
from orchestration.run import RefreshRun


class Translator(DagsterDbtTranslator):
    """How a dbt node shows in Dagster: by its layer's group, with its kinds and owners."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The layer of a model; what is no model has no group of its own."""
        return layer(dbt_resource_props) if dbt_resource_props["resource_type"] == "model" else None

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """The same for every node."""
        return OWNERS

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The node's own description, without its SQL: that is one click away, and the description is for analysts."""
        return dbt_resource_props.get("description", "")


def model_assets(project: DbtProject) -> dg.AssetsDefinition:
    """All models and tests of the dbt project as one step.

    Its run raises DbtError if a model fails, and dagster's Failure, with the failing rows, if a test does not pass.
    """
    translator = Translator()
    manifest = project.manifest

    @dbt_assets(manifest=manifest, dagster_dbt_translator=translator, name="models")
    def models(context: dg.AssetExecutionContext, refresh: dg.ResourceParam[RefreshRun]) -> Iterator[Any]:
        events: list[Mapping[str, Any]] = []
        if refresh.engine == "spark":
            failed = build_on_spark(project, refresh, events.append)
        else:
            failed = build(project, refresh, events.append, as_of=read_context(refresh).as_of)
        rows = _row_counts(project)
        for event in events:
            message = DbtCoreCliEventMessage(raw_event=dict(event), event_history_metadata={})
            for dagster_event in message.to_default_asset_events(manifest, translator, context):
                if isinstance(dagster_event, dg.Output):
                    model = manifest["nodes"][event["data"]["node_info"]["unique_id"]]
                    count = rows.get((model["schema"], model["alias"]))
                    context.add_output_metadata({"dagster/row_count": count}, output_name=dagster_event.output_name)
                yield dagster_event
        if failed:
            raise dg.Failure("the audit failed:\n" + "\n".join(map(str, failed)), allow_retries=False)

    return models


def _row_counts(project: DbtProject) -> dict[tuple[str, str], int]:
    with duckdb.connect(str(project.database), read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name, estimated_size from duckdb_tables()").fetchall()
    return {(schema, table): rows for schema, table, rows in tables}
