"""Where the database answers: ``DATABASE_URL``, or the socket of the embedded server."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg
from psycopg.conninfo import make_conninfo

from kechuang.site.database.cluster import NAME, PORT, USER, local_cluster
from kechuang.site.stop import Stop

SCHEMES = ("postgres", "postgresql")


@dataclass(frozen=True)
class Address:
    """How to reach one database. ``options`` are libpq's (``sslmode`` …). ``embedded`` tells whose server it is."""

    host: str
    port: str
    user: str
    password: str
    name: str
    options: dict[str, str]
    embedded: bool = False

    def connect(self, *, seconds: int = 10) -> psycopg.Connection[tuple[Any, ...]]:
        """Open one connection, giving up after ``seconds``. Raises ``psycopg.OperationalError``."""
        return psycopg.connect(make_conninfo(**self.arguments(), connect_timeout=seconds))

    def arguments(self) -> dict[str, str]:
        """Return the connection parameters under libpq's names."""
        known = {"host": self.host, "port": self.port, "user": self.user, "password": self.password}
        return {"dbname": self.name, **{key: value for key, value in known.items() if value}, **self.options}


def read_address(url: str) -> Address:
    """Return the address ``url`` names, or the embedded server's when it is empty.

    Raises ``Stop`` with a sentence that never repeats the password.
    """
    if not url:
        return Address(str(local_cluster().socket), str(PORT), USER, "", NAME, {}, embedded=True)
    try:
        parts = urlsplit(url)
        port = str(parts.port or "")
    except ValueError:
        raise Stop("DATABASE_URL 读不懂。写法：postgresql://用户:口令@主机:5432/库名") from None
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in SCHEMES or not name:
        raise Stop("DATABASE_URL 只接受 PostgreSQL。写法：postgresql://用户:口令@主机:5432/库名")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", unquote(parts.hostname or ""))
    return Address(host, port, unquote(parts.username or ""), unquote(parts.password or ""), name, options)
