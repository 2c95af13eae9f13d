"""The dbt models and tests as assets and checks: dbt runs in this process, dagster-dbt turns its events into Dagster's."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DagsterDbtTranslator, dbt_assets
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from orchestration.defs.dbt_runner import DbtProject, layer
from orchestration.defs.model_step import audit, built_models
from orchestration.defs.owners import OWNERS
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
        outcome = built_models(project, refresh, events.append)
        rows = _row_counts(project)
        ended = {event["data"]["node_info"]["unique_id"]: event for event in events}
        ended |= {name: _kept_event(manifest["nodes"][name]) for name in outcome.kept}
        # who starts a run by hand may ask for a few of them only
        keys, tests = context.selected_asset_keys, {check.name for check in context.selected_asset_check_keys}
        for name in filter(ended.__contains__, project.order):
            event, node = ended[name], manifest["nodes"][name]
            words = f"unchanged since release {outcome.kept[name].since}" if name in outcome.kept else ""
            kept = {"kept": dg.MetadataValue.text(words)} if words else {}
            is_test = node["resource_type"] == "test"
            if (node["name"] not in tests) if is_test else (translator.get_asset_key(node) not in keys):
                continue
            message = DbtCoreCliEventMessage(raw_event=dict(event), event_history_metadata={})
            for dagster_event in message.to_default_asset_events(manifest, translator, context):
                if isinstance(dagster_event, dg.Output):
                    count = rows.get((node["schema"], node["alias"]))
                    context.add_output_metadata({"dagster/row_count": count} | kept, output_name=dagster_event.output_name)
                elif isinstance(dagster_event, dg.AssetCheckResult) and kept:
                    dagster_event = dagster_event._replace(metadata={**(dagster_event.metadata or {}), **kept})
                yield dagster_event
        audit(outcome)

    return models


def _kept_event(node: Mapping[str, Any]) -> dict[str, Any]:
    """What dbt would say of a model or test that stayed as it was: dagster-dbt knows it as reused."""
    is_test = node["resource_type"] == "test"
    info = {"unique_id": node["unique_id"], "node_status": "pass" if is_test else "reused"}
    data = {"node_info": info | {"materialized": node["config"].get("materialized")}}
    return {"info": {"name": "LogTestResult" if is_test else "LogModelResult", "invocation_id": ""}, "data": data}


def _row_counts(project: DbtProject) -> dict[tuple[str, str], int]:
    with duckdb.connect(str(project.database), read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name, estimated_size from duckdb_tables()").fetchall()
    return {(schema, table): rows for schema, table, rows in tables}
