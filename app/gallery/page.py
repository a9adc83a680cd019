"""`/gallery?lang=&theme=&tile=`: every tile in every state on one page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from dash import html
from flask import Flask, Response, abort, request

from app.answers import BadArgument, refusal
from app.build import ROOT
from app.gallery import markup
from app.gallery.frames import Frames
from app.gallery.tiles import ROWS, STATES, Row, cell, drawn
from app.ids import Choice
from app.screen import Screen

PATH = "/gallery"
ASSETS = ROOT / "assets"
SHEETS = (*(path.name for path in sorted(ASSETS.glob("*.css"))), "gallery/gallery.css")
PLOTLY = next(path.name for path in (ASSETS / "vendor").glob("plotly-*.js"))
SCRIPTS = (f"vendor/{PLOTLY}", "notes.js", "figures.js", "gallery/gallery.js")


@dataclass(frozen=True)
class Gallery:
    """What the page is drawn from; the first language and theme are the defaults."""

    screen: Screen
    frames: Frames
    languages: tuple[str, ...]
    themes: tuple[str, ...]

    def page(self, query: Mapping[str, Sequence[str]]) -> str:
        """Return the page; raises BadArgument."""
        known: dict[str, tuple[str, ...]] = {
            "lang": self.languages,
            "theme": self.themes,
            "tile": tuple(row.tile for row in ROWS),
        }
        for name in query:
            if name not in known:
                raise BadArgument(name[:64], tuple(known))
        asked = {name: one(query, name, allowed) for name, allowed in known.items()}
        choice = Choice(
            self.frames.window,
            asked["lang"] or self.languages[0],
            asked["theme"] or self.themes[0],
        )
        rows = [row for row in ROWS if asked["tile"] in ("", row.tile)]
        return document(self.screen, choice, self.body(rows, choice))

    def body(self, rows: Sequence[Row], choice: Choice) -> html.Main:
        word = self.word(choice)
        shown = {row.frame(state) for row in rows for state in STATES}
        walls = {name: drawn(self.screen, self.frames.of(name), choice) for name in shown}
        made = [self.row(row, choice, walls) for row in rows]
        legend = [
            part
            for state in STATES
            for part in (html.Dt(word(state)), html.Dd(word(f"{state}_means")))
        ]
        head = [html.H1(word("title")), html.P(word("samples")), html.Dl(legend)]
        return html.Main([html.Header(head), *made], className="gallery")

    def row(self, row: Row, choice: Choice, walls: Mapping[str, Any]) -> html.Section:
        word = self.word(choice)
        figures = [
            html.Figure(
                [html.Figcaption(word(state)), cell(row, state, walls[row.frame(state)])],
                **{"data-cell": state, "aria-label": f"{word(row.tile)}: {word(state)}"},
            )
            for state in STATES
        ]
        name = "cells wide" if row.wide else "cells"
        return html.Section(
            [html.H2(word(row.tile)), html.Div(figures, className=f"{name} of-{row.tile}")],
            **{"data-row": row.tile, "aria-label": word(row.tile)},
        )

    def word(self, choice: Choice) -> Any:
        return lambda key: self.screen.word(choice.lang, f"gallery.{key}")


def one(query: Mapping[str, Sequence[str]], name: str, allowed: Sequence[str]) -> str:
    given = query.get(name, [""])
    if len(given) != 1 or given[0] not in ("", *allowed):
        raise BadArgument(name, tuple(allowed))
    return given[0]


def document(screen: Screen, choice: Choice, body: html.Main) -> str:
    """Return the whole page; its script only draws the figures."""
    sheets = "".join(f'<link rel="stylesheet" href="assets/{name}">' for name in SHEETS)
    run = "".join(f'<script src="assets/{name}" defer></script>' for name in SCRIPTS)
    title = escape(screen.word(choice.lang, "gallery.title"))
    return (
        f'<!doctype html><html lang="{choice.lang}" data-theme="{choice.theme}">'
        '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<link rel="icon" href="data:,">'
        f"<title>{title}</title>{sheets}{run}</head><body>{markup.html(body)}</body></html>"
    )


def register(server: Flask, gallery: Gallery | None) -> None:
    """Add the page; without a gallery there is none (404)."""

    def view() -> Response:
        if gallery is None:
            abort(404)
        try:
            page = gallery.page(request.args.to_dict(flat=False))
        except BadArgument as fault:
            return refusal(fault)
        return Response(page, mimetype="text/html", headers={"Cache-Control": "no-cache"})

    server.add_url_rule(PATH, endpoint="daping/gallery", view_func=view, methods=["GET"])
