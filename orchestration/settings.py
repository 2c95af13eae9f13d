"""Settings: what the environment may change, all under the prefix FREEFLOAT_.

The data folder and its rooms, how patient a refresh is, and what each live source says of itself in its module: its base
address, so that it can be pointed at a local stand-in, and the key that it may ask for. Importing this module takes longer
than a whole query (pydantic, the sources): commands that only read a release don't.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, create_model
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingestion.live.http import is_own_machine
from ingestion.live.source import LiveSource, all_sources
from orchestration.project_files import default_data_dir, project_folder

PREFIX = "FREEFLOAT_"
#: The project's own data folder, which holds the committed facts.
COMMITTED_DIR = project_folder("data")


class SettingsError(ValueError):
    """A setting that can't be used; the message names the environment variable, its value unless secret, and what to write."""


def _base_address(text: str) -> str:
    if not text.startswith(("http://", "https://")) or any(letter.isspace() for letter in text):
        raise ValueError("is no address; write http://host or https://host")
    if any(mark in text for mark in "@?#"):
        # addresses are shown in messages and kept in records: no password or key may be in one
        raise ValueError("is more than an address; write https://host without a user, a password or parameters")
    return text.rstrip("/")


def _data_folder(path: Path) -> Path:
    folder = path.expanduser().absolute()
    if any(mark in str(folder) for mark in "*?[]") or not str(folder).isprintable():
        # whoever reads Parquet takes these in a path for a pattern
        raise ValueError("has one of * ? [ ] or a control character in its path; name another folder")
    return folder


def _object_store(text: str) -> str:
    if not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w./=-]*)?|file:///[^?#*\s]+", text) or ".." in text.split("/"):
        # it is shown in messages and in `status`: no password or key may be in it
        raise ValueError("is no object storage; write s3://bucket/prefix or file:///folder, and keys in AWS_ACCESS_KEY_ID")
    return text.rstrip("/")


BaseAddress = Annotated[str, AfterValidator(_base_address)]


def _name(setting: str) -> str:
    """The field of an environment variable: `yahoo_url` of FREEFLOAT_YAHOO_URL. Raises ValueError for one without the prefix."""
    if not setting.startswith(PREFIX):
        raise ValueError(f"{setting}: a setting's name begins with {PREFIX}")
    return setting.removeprefix(PREFIX).lower()


def _source_fields(sources: Iterable[LiveSource]) -> dict[str, Any]:
    """The fields of the live sources' settings. Keys come from the environment only; nothing shows or stores one."""
    addresses = {_name(source.address_setting): (BaseAddress, source.default_address) for source in sources}
    keys = {_name(source.key_setting): (SecretStr | None, None) for source in sources if source.key_setting}
    return addresses | keys


class _Common(BaseSettings):
    """What all settings have in common: where they are read from."""

    # an empty variable means "not set": an empty path would be the folder that the command happens to run in
    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, validate_default=True)


# any class to type checkers, which do not know the fields of classes that are made
_SourceSettings: Any = create_model("_SourceSettings", __base__=_Common, **_source_fields(all_sources().values()))


class Settings(_SourceSettings):
    """The settings of this process: those below, and of each live source `..._url` and, if it asks for one, its key.

    Raises SettingsError for a value that can't be used.
    """

    #: Where generated files go.
    data_dir: Annotated[Path, AfterValidator(_data_folder)] = Field(default_factory=default_data_dir)
    #: Seconds that a live source may take for one step of an answer, and how many times it is asked before it fails.
    http_timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 8
    http_attempts: Annotated[int, Field(ge=1, le=10)] = 3
    #: What the releases kept may take on the disk, in 1e9 bytes: a refresh removes the oldest that don't fit.
    releases_max_gb: Annotated[float, Field(gt=0, le=1e6)] = 10
    #: Where each release is uploaded to as well, for readers who don't share this disk; None: nowhere.
    publish_url: Annotated[str, AfterValidator(_object_store)] | None = None
    #: Whether a refresh also writes the pages of its release.
    site: Literal["on", "off"] = "on"

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise SettingsError("; ".join(_in_words(fault) for fault in error.errors())) from None
        for source in all_sources().values():
            url = self.addresses[source.document_id]
            has_key = source.document_id in self.keys
            if has_key and url.startswith("http://") and not is_own_machine(urlsplit(url).hostname or ""):
                raise SettingsError(
                    f"{source.address_setting}: {url!r} would send {source.key_setting} over the network for all to read; "
                    "write https://host, or unset the key"
                )

    @property
    def addresses(self) -> dict[str, str]:
        """The base address of each live source, by its document."""
        return {source.document_id: getattr(self, _name(source.address_setting)) for source in all_sources().values()}

    @property
    def keys(self) -> dict[str, str]:
        """The keys that are set, by the document of the live source."""
        with_key = [source for source in all_sources().values() if source.key_setting]
        secrets = {source.document_id: getattr(self, _name(source.key_setting)) for source in with_key}
        keys = {document_id: secret.get_secret_value().strip() for document_id, secret in secrets.items() if secret}
        return {document_id: key for document_id, key in keys.items() if key}

    @property
    def releases_max_bytes(self) -> int:
        """What the releases kept may take, in bytes."""
        return int(self.releases_max_gb * 1e9)

    @property
    def committed_dir(self) -> Path:
        """The committed facts, found wherever `data_dir` points."""
        return COMMITTED_DIR

    @property
    def landed_dir(self) -> Path:
        """What ingestion landed: `<dataset>/*.parquet`, the rows that passed their contract."""
        return self.data_dir / "landed"

    @property
    def quarantine_dir(self) -> Path:
        """The rows that did not, each with the reason: `<dataset>/*.parquet`."""
        return self.data_dir / "quarantine"

    @property
    def inbox_dir(self) -> Path:
        """The user's own files: `<dataset>/*.csv`, and `documents/*.yml`."""
        return self.data_dir / "inbox"

    @property
    def build_dir(self) -> Path:
        """What a refresh works with: the build database, the lock, what each live source was asked."""
        return self.data_dir / "build"

    @property
    def releases_dir(self) -> Path:
        """The releases kept: a folder for each, named by its id."""
        return self.data_dir / "releases"

    @property
    def warehouse_path(self) -> Path:
        """The current release under the path that never changes."""
        return self.data_dir / "warehouse.duckdb"


def _in_words(fault: Any) -> str:
    name = "_".join(str(part) for part in fault["loc"])
    value = str(fault["input"])
    if name in {_name(source.key_setting) for source in all_sources().values() if source.key_setting}:
        value = "***"
    elif name.endswith("_url"):
        # what stands before an @ or after a ? can be a password or a key
        value = re.sub(r"^.*@|[?#].*$", "***", value, flags=re.DOTALL)
    return f"{PREFIX}{name.upper()}: {value!r} {fault['msg'].removeprefix('Value error, ')}"
