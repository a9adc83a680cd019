"""The one callback of the page: every tick it asks for the view, in the browser."""

from dash import ClientsideFunction, Dash, Input, Output

from app import ids


def register(app: Dash) -> None:
    """Connect the interval to `assets/client.js`, which applies the view with `set_props`."""
    app.clientside_callback(
        ClientsideFunction("daping", "tick"),
        Output(ids.VIEW_ETAG, "data"),
        Input(ids.TICK, "n_intervals"),
    )
