"""Sets up a Superset with the dashboards of the current release and serves it on loopback, until it is ended (`make superset`).

python -m orchestration.bi.superset.serve ENVIRONMENT, the folder of Superset's own virtual environment
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from orchestration.bi.superset.bundle import design, write_bundle
from orchestration.project_files import data_dir
from orchestration.releases.release import WAREHOUSE, NoRelease, ReleaseError

_HERE = Path(__file__).parent
_HOST = "127.0.0.1"
#: Seconds that Superset may take to answer.
_PATIENCE = 180


def serve(data: Path, environment: Path, port: int, password: str) -> int:
    """Provisions and serves; returns the exit code. Raises ReleaseError if there is no release or Superset can't be started."""
    if not (data / WAREHOUSE).exists():
        raise NoRelease(data)
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            free.bind((_HOST, port))
        except OSError as error:
            raise ReleaseError(f"{_HOST}:{port} is taken ({error.strerror}): set SUPERSET_PORT to another port") from error
    home = data / "build" / "superset" / "home"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    _keep_secret(home / "secret_key")
    settings = {
        "SUPERSET_HOME": str(home),
        "SUPERSET_CONFIG_PATH": str(_HERE / "superset_config.py"),
        "SUPERSET_ADMIN_PASSWORD": password,
        "FLASK_APP": "superset",
    }
    log = home / "superset.log"
    bundle = write_bundle(data / WAREHOUSE, home / "freefloat-superset.zip")
    with log.open("w", encoding="utf-8") as said:
        print(f"Superset: setting up in {home} (log: {log})", flush=True)
        python, gunicorn = environment / "bin" / "python", environment / "bin" / "gunicorn"
        done = subprocess.run(
            [str(python), str(_HERE / "provision.py"), str(bundle)],
            env=os.environ | settings,
            stdout=said,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if done.returncode:
            raise ReleaseError(f"Superset can't be set up: see the end of {log}; delete {home} to begin anew")
        # one process, so that connections to a release are counted in one place; many threads, since charts come many at a time
        serving = ["--workers", "1", "--threads", "16", "--worker-class", "gthread", "--timeout", "120"]
        server = subprocess.Popen(
            [str(gunicorn), *serving, "--bind", f"{_HOST}:{port}", "superset.app:create_app()"],
            env=os.environ | settings,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: server.terminate())
        address = f"http://{_HOST}:{port}"
        if not _answers(address, server):
            server.terminate()
            raise ReleaseError(f"Superset does not answer: see the end of {log}")
        for name in design()["dashboards"]:
            print(f"{address}/superset/dashboard/freefloat-{name}/")
        print(f"user admin, password {password}; Ctrl-C ends it", flush=True)
        server.wait()
    return 0


def _keep_secret(path: Path) -> None:
    """A random key that only its owner may read, made once: with another one nobody's session and no connection could be read."""
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(48))


def _answers(address: str, server: subprocess.Popen[bytes]) -> bool:
    """Whether it answers before its time is up, and before it ends."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            time.sleep(0.5)
    return False


def main() -> int:
    """Serves the current release; what can't be done is said in one line."""
    password = os.environ.get("SUPERSET_ADMIN_PASSWORD") or secrets.token_urlsafe(12)
    try:
        return serve(data_dir(), Path(sys.argv[1]).absolute(), int(os.environ.get("SUPERSET_PORT", "8088")), password)
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
