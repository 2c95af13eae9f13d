"""The pages of a release as an asset after it: they can fail, and then say so, but never harm the release."""

import dagster as dg

from orchestration.defs.owners import OWNERS
from orchestration.defs.release_asset import RELEASE_KEY
from orchestration.run import RefreshRun

SITE_KEY = dg.AssetKey("site")


def site_asset() -> dg.AssetsDefinition:
    """The pages of the release that has just been published. Its run raises nothing: what went wrong is among its warnings."""

    @dg.asset(
        key=SITE_KEY,
        deps=[RELEASE_KEY],
        group_name="release",
        kinds={"html"},
        owners=OWNERS,
        description="Static pages of the published release, in site/ of the data folder.",
    )
    def site(refresh: dg.ResourceParam[RefreshRun]) -> dg.MaterializeResult:
        # the templates and the charts' JavaScript take longer to load than the rest of Dagster's assets
        from orchestration.reading.site.write import write_site

        try:
            written = write_site(refresh.settings.data_dir)
        except Exception as error:
            # whatever it is: the release stands, and a page that lacks must not look like a release that does
            words = str(error) or type(error).__name__
            return dg.MaterializeResult(metadata={"warnings": [f"the pages are not written, those of before stand: {words}"]})
        return dg.MaterializeResult(metadata={"path": str(written[0]), "pages": len(written), "warnings": []})

    return site
