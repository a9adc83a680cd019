"""What viewers are given is written as Dash would write it."""

from json import loads

from dash import dcc, html
from plotly.utils import PlotlyJSONEncoder

from app.published import component, encode


def test_a_component_is_written_as_it_would_write_itself() -> None:
    both = {"data-value": "7", "aria-label": "seven"}
    inner = html.B("7", className="num", style={"color": "red"}, **both)
    whole = html.Div([inner, "text", html.Button(id="b", n_clicks=0, disabled=False)], hidden=None)
    graph = dcc.Graph(id="g", figure={"data": []}, config={"staticPlot": True})
    for one in (inner, whole, graph, html.Span()):
        assert component(one) == one.to_plotly_json()
    assert loads(encode(whole)) == loads(PlotlyJSONEncoder().encode(whole))
