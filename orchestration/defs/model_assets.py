"""The dbt models and tests as assets and checks: dbt runs in this process, dagster-dbt turns its events into Dagster's."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DagsterDbtTranslator, dbt_assets
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from orchestration.defs import dbt_runner as dbt_project
from orchestration.defs.refresh_resource import Refresh
from orchestration.owners import OWNERS
from orchestration.settings import Settings


class Translator(DagsterDbtTranslator):
    """How a dbt node shows in Dagster: by its layer's group, with its kinds and owners."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return dbt_project.layer(dbt_resource_props) if dbt_resource_props["resource_type"] == "model" else None

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        return OWNERS

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        # the SQL is one click away; the description is for analysts
        return dbt_resource_props.get("description", "")


def model_assets(settings: Settings) -> dg.AssetsDefinition:
    """All models and tests of the dbt project as one step. Needs the parsed manifest."""

    translator = Translator()

    @dbt_assets(manifest=dbt_project.manifest_path(settings), dagster_dbt_translator=translator, name="models")
    def models(context: dg.AssetExecutionContext, refresh: Refresh) -> Iterator[Any]:
        events: list[Mapping[str, Any]] = []
        failed = dbt_project.build(refresh.settings, events.append, as_of=refresh.as_of, full=refresh.full)
        manifest = dbt_project.read_manifest(refresh.settings)
        rows = _row_counts(refresh.settings)
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


def _row_counts(settings: Settings) -> dict[tuple[str, str], int]:
    with duckdb.connect(str(dbt_project.build_database(settings)), read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name, estimated_size from duckdb_tables()").fetchall()
    return {(schema, table): rows for schema, table, rows in tables}
