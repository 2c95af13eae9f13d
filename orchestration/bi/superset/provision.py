"""Makes Superset's own database, its administrator and the dashboards. Runs in Superset's environment, before it starts.

python provision.py BUNDLE.zip, with the administrator's password in SUPERSET_ADMIN_PASSWORD
"""

import os
import sys
import zipfile

import flask_migrate
from superset.app import create_app

ADMIN = "admin"


def main() -> None:
    """Each step may be done again: what is there stays, the dashboards of the bundle are replaced."""
    with create_app().app_context():
        flask_migrate.upgrade()
        # these know the application only now
        from superset import appbuilder, db, security_manager
        from superset.commands.importers.v1.assets import ImportAssetsCommand
        from superset.commands.importers.v1.utils import get_contents_from_bundle
        from superset.utils.core import override_user

        appbuilder.add_permissions(update_perms=True)
        security_manager.sync_role_definitions()
        db.session.commit()
        password = os.environ["SUPERSET_ADMIN_PASSWORD"]
        user = security_manager.find_user(ADMIN)
        if user is None:
            role = security_manager.find_role("Admin")
            user = security_manager.add_user(ADMIN, "Desk", "Administrator", "admin@localhost", role, password=password)
        else:
            security_manager.reset_password(user.id, password)
        with override_user(user), zipfile.ZipFile(sys.argv[1]) as file:
            ImportAssetsCommand(get_contents_from_bundle(file)).run()


if __name__ == "__main__":
    main()
