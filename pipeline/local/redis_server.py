"""Redis without persistence: a cache of truth that Kafka holds."""

import shutil

from pipeline.errors import ConfigurationError
from pipeline.local.layout import Layout
from pipeline.local.part import Part
from pipeline.local.probes import redis_answers
from pipeline.local.profiles import Profile


def redis_server(layout: Layout, profile: Profile, port: int) -> Part:
    """Describe the Redis server; it comes back empty, which `pipeline watch` notices."""

    def command() -> tuple[str, ...]:
        program = shutil.which("redis-server")
        if program is None:
            raise ConfigurationError(
                "no redis-server: python -m pipeline doctor says how to install it"
            )
        settings = {
            "port": port,
            "bind": "127.0.0.1",
            "dir": layout.redis,
            "save": "",
            "appendonly": "no",
            "daemonize": "no",
            "maxmemory": f"{profile.redis_mib}mb",
            # Evicting a cell would be a silent hole in a sum; refusing a write is loud.
            "maxmemory-policy": "noeviction",
        }
        pairs = (word for name, value in settings.items() for word in (f"--{name}", str(value)))
        return (program, *pairs)

    return Part(
        name="redis",
        command=command,
        log=layout.logs / "redis.log",
        working=layout.redis,
        healthy=lambda: redis_answers(port),
        port=port,
        start_limit_s=15,
        stop_limit_s=3,
    )
