"""`POST /alerts/acknowledge.json`: somebody at the screen has seen an alert."""

from collections.abc import Mapping

import orjson
from flask import Flask, Response, request

from app.access.leaving import note, role
from app.alerts.alerting import Alerting
from app.answers import BadArgument, reason, refusal

PATH = "/alerts/acknowledge.json"
ID_LIMIT = 256  # longer than a rule, a key of 128 characters and a minute


def register(server: Flask, alerting: Alerting) -> None:
    """Add the route; the guard lets operators of this site's own pages in only."""
    server.add_url_rule(
        PATH,
        endpoint=f"daping{PATH}",
        view_func=lambda: acknowledge(alerting, role().label),
        methods=["POST"],
    )


def acknowledge(alerting: Alerting, by: str) -> Response:
    """Answer with the alert; who acknowledged it first stays."""
    try:
        name = alert_id(request.get_data())
    except BadArgument as fault:
        return refusal(fault)
    note(name)
    found = alerting.acknowledge(name, by)
    if found is None:
        return reason(404, "no_such_alert")
    return Response(orjson.dumps(found), 200, mimetype="application/json")


def alert_id(body: bytes) -> str:
    """Read the body; raises BadArgument unless it is {"id": text} and nothing else."""
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError as fault:
        raise BadArgument("body", ("a JSON object",)) from fault
    if not isinstance(given, Mapping) or set(given) - {"id"}:
        raise BadArgument("body", ('{"id": "..."}',))
    name = given.get("id")
    if not isinstance(name, str) or not 0 < len(name) <= ID_LIMIT:
        raise BadArgument("id", ("the id of an alert of /frame.json",))
    return name
