"""All settings in one frozen object: from the environment, else a TOML file, else these defaults."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from index.encoder import DEFAULT_MODEL

FILE = "inspection-assistant.toml"
PREFIX = "INSPECTION_ASSISTANT_"


class Settings(BaseSettings):
    """The settings of one site, each set as INSPECTION_ASSISTANT_NAME or as `name` in inspection-assistant.toml."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, toml_file=FILE, frozen=True, extra="forbid")

    data: Path = Field(Path("library"), description="The library's folder.")
    documents: Path = Field(Path("documents"), description="The folder indexed where none is named.")
    model: str = Field(DEFAULT_MODEL, description="The encoder: the default, or a sentence-transformers folder.")
    reranker: str = Field("", description="A sentence-transformers CrossEncoder's folder; none where empty.")
    host: str = Field("127.0.0.1", description="The address that the web chat listens on.")
    port: int = Field(7860, ge=0, le=65535, description="The port that the web chat listens on.")
    frame_ancestors: str = Field("'self'", description="The sites that may show the chat in a frame, as in a CSP.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is said on the command line, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
