"""Apache Superset: two dashboards, and a Superset of its own that shows them (`make superset`).

`dashboards.yml` says what is drawn; `bundle.py` makes an import bundle of it and of what a release says of its columns;
`serve.py` sets up a Superset and starts it. `superset_config.py` and `provision.py` run in Superset's own environment, which is
pinned in `requirements.txt`, and import nothing of this project.
"""
