"""The settings of the Superset that `make superset` starts. Read in Superset's own environment.

A Superset of your own needs of these DB_CONNECTION_MUTATOR, without which a busy server can keep showing an old release, and
the colours.
"""

import os
from pathlib import Path

import jinja2
from superset.config import THEME_DEFAULT as _THEME

_HOME = Path(os.environ["SUPERSET_HOME"])
SECRET_KEY = (_HOME / "secret_key").read_text(encoding="utf-8")
SQLALCHEMY_DATABASE_URI = f"sqlite:///{_HOME / 'superset.db'}"
#: Superset's own images ask a server on the internet; nothing here does.
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    # loopback has no https
    "session_cookie_secure": False,
}
EXTRA_CATEGORICAL_COLOR_SCHEMES = [
    {
        "id": "freefloat",
        "label": "freefloat",
        "description": "told apart by colour-blind readers",
        "isDefault": True,
        "colors": ["#0b62a3", "#b8480b", "#00765a", "#9c3f86", "#8a6500", "#4d5a66", "#56a6e0", "#e69a5b"],
    }
]
#: Labels of several lines need a height of line: without a Chinese font ECharts takes half of it. Few steps of an axis fit on a
#: phone. The colours are those of a light page.
_CHARTS = {"yAxis": {"axisLabel": {"lineHeight": 14}}, "xAxis": {"splitNumber": 4}}
THEME_DEFAULT = {**_THEME, "echartsOptionsOverrides": _CHARTS}
THEME_DARK = None


def DB_CONNECTION_MUTATOR(uri, params, username, security_manager, source):
    """Opens the current release in its own folder.

    In one process DuckDB gives whoever opens a path that is still open the file that was opened first: under `warehouse.duckdb`,
    which never closes while many charts are asked, that would be an old release. Each release's own path opens anew.
    """
    current = Path(uri.database or "")
    if current.name == "warehouse.duckdb":
        for release in (current.parent / "releases").glob("*/warehouse.duckdb"):
            try:
                if release.samefile(current):
                    return uri.set(database=str(release)), params
            except OSError:
                # removed, or replaced, in this instant
                continue
    # a copy, where the disk has no hard links
    return uri, params


def FLASK_APP_MUTATOR(app):
    """Pages as wide as a phone: without this a phone draws them as for a desk, and shrinks them."""
    head = {"head_custom_extra.html": '<meta name="viewport" content="width=device-width, initial-scale=1">'}
    app.jinja_loader = jinja2.ChoiceLoader([jinja2.DictLoader(head), app.jinja_loader])
