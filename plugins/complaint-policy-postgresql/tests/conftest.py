"""One PostgreSQL server for all tests, and an empty database for each."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from postgresql_server import programs, started


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a server that the tests started themselves."""
    folder = programs()
    if folder is None:
        pytest.skip("needs the programs of a PostgreSQL server: Debian's package is `postgresql`")
    with started(folder) as url:
        yield url


@pytest.fixture
def url(server: str) -> str:
    """The URL of a database without a store."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS complaint_policy CASCADE")
    return server
