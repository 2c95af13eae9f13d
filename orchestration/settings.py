"""Settings: what the environment may change, all under the prefix FREEFLOAT_.

The data folder and its rooms, one base address for each live source, so that any of them can be pointed at a local
stand-in, the key that one of them asks for, and how patient a refresh is with them. Importing this module takes longer
than a whole query (pydantic): commands that only read a release don't.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingestion.live.http import is_own_machine
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


BaseAddress = Annotated[str, AfterValidator(_base_address)]


class Settings(BaseSettings):
    """The settings of this process. Raises SettingsError for a value that can't be used."""

    # an empty variable means "not set": an empty path would be the folder that the command happens to run in
    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, validate_default=True)

    #: Where generated files go.
    data_dir: Annotated[Path, AfterValidator(_data_folder)] = Field(default_factory=default_data_dir)
    yahoo_url: BaseAddress = "https://query1.finance.yahoo.com"
    eastmoney_url: BaseAddress = "https://push2his.eastmoney.com"
    eastmoney_datacenter_url: BaseAddress = "https://datacenter-web.eastmoney.com"
    tencent_url: BaseAddress = "https://web.ifzq.gtimg.cn"
    openrouter_url: BaseAddress = "https://openrouter.ai"
    epoch_url: BaseAddress = "https://epoch.ai"
    ecb_url: BaseAddress = "https://www.ecb.europa.eu"
    #: Keys come from the environment only; nothing shows or stores one.
    openrouter_api_key: SecretStr | None = None
    #: Seconds that a live source may take for one step of an answer, and how many times it is asked before it fails.
    http_timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 8
    http_attempts: Annotated[int, Field(ge=1, le=10)] = 3
    #: What the releases kept may take on the disk, in 1e9 bytes: a refresh removes the oldest that don't fit.
    releases_max_gb: Annotated[float, Field(gt=0, le=1e6)] = 10

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise SettingsError("; ".join(_in_words(fault) for fault in error.errors())) from None
        url = self.openrouter_url
        if self.keys and url.startswith("http://") and not is_own_machine(urlsplit(url).hostname or ""):
            raise SettingsError(
                f"{PREFIX}OPENROUTER_URL: {url!r} would send {PREFIX}OPENROUTER_API_KEY over the network for all to read; "
                "write https://host, or unset the key"
            )

    @property
    def addresses(self) -> dict[str, str]:
        """The base address of each live source, by its document."""
        return {
            "feed_yahoo_chart": self.yahoo_url,
            "feed_eastmoney_kline": self.eastmoney_url,
            "feed_eastmoney_datacenter": self.eastmoney_datacenter_url,
            "feed_tencent_kline": self.tencent_url,
            "feed_openrouter": self.openrouter_url,
            "feed_epoch_ai": self.epoch_url,
            "feed_ecb": self.ecb_url,
        }

    @property
    def keys(self) -> dict[str, str]:
        """The keys that are set, by the document of the live source."""
        key = self.openrouter_api_key.get_secret_value().strip() if self.openrouter_api_key else ""
        return {"feed_openrouter": key} if key else {}

    @property
    def committed_dir(self) -> Path:
        """The committed facts, found wherever `data_dir` points."""
        return COMMITTED_DIR

    @property
    def landed_dir(self) -> Path:
        return self.data_dir / "landed"

    @property
    def quarantine_dir(self) -> Path:
        return self.data_dir / "quarantine"

    @property
    def inbox_dir(self) -> Path:
        return self.data_dir / "inbox"

    @property
    def build_dir(self) -> Path:
        return self.data_dir / "build"

    @property
    def releases_dir(self) -> Path:
        return self.data_dir / "releases"

    @property
    def warehouse_path(self) -> Path:
        """The current release under the path that never changes."""
        return self.data_dir / "warehouse.duckdb"


def _in_words(fault: Any) -> str:
    name = "_".join(str(part) for part in fault["loc"])
    value = str(fault["input"])
    if name.endswith("_key"):
        value = "***"
    elif name.endswith("_url"):
        # what stands before an @ or after a ? can be a password or a key
        value = re.sub(r"^.*@|[?#].*$", "***", value, flags=re.DOTALL)
    return f"{PREFIX}{name.upper()}: {value!r} {fault['msg'].removeprefix('Value error, ')}"
