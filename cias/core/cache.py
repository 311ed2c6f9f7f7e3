"""Django's Redis cache on the same address as Celery's broker."""

from urllib.parse import parse_qs, urlsplit

from django.core.cache.backends import redis


def redis_py_url(url: str) -> str:
    """Celery writes `redis+socket://:pw@/path?virtual_host=1` what redis-py writes `unix://:pw@/path?db=1`."""
    parts = urlsplit(url)
    if parts.scheme != "redis+socket":
        return url
    database = parse_qs(parts.query).get("virtual_host", ["0"])[0]
    return f"unix://{parts.netloc}{parts.path}?db={database}"


class RedisCache(redis.RedisCache):
    """Accepts both notations, and gives up quickly on a silent server rather than holding the request."""

    def __init__(self, server: str | list[str], params: dict) -> None:
        servers = server if isinstance(server, list) else [server]
        options = {"socket_timeout": 2, "socket_connect_timeout": 2, **params.get("OPTIONS", {})}
        super().__init__([redis_py_url(url) for url in servers], {**params, "OPTIONS": options})
