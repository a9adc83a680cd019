"""The header of the page before the first view: names, clocks and switches."""

from typing import Any

from dash import html

from app import ids, past_page
from app.ids import Choice
from app.screen import Screen
from components import panel

THEME_ICONS = {"dark": "moon", "light": "sun"}
THEMES = tuple(THEME_ICONS)


def header(screen: Screen, choice: Choice) -> html.Header:
    shop = screen.catalogue.shop
    title = html.H1(shop.title.of(choice.lang), id=ids.TITLE, className="v")
    mark = html.Span(html.Span(shop.scope.of(choice.lang), id=ids.MARK), className="k")
    data = [
        html.Span(id=ids.DATA_TIME),
        html.Small(id=ids.AGE, **{"data-tick": "age", "data-instant": ""}),
    ]
    paused = html.Span(id=ids.PAUSED, hidden=True, className="k paused", **{"data-paused": ""})
    blocks = [
        html.Div([mark, title], className="block title"),
        block(ids.DATE, html.Span(id=ids.CLOCK, **{"data-tick": "clock"})),
        block(ids.SINCE_LABEL, duration(ids.SINCE, "since")),
        block(ids.UNTIL_LABEL, duration(ids.UNTIL, "until")),
        html.Div([paused, *labelled(ids.FRESH_LABEL, data)], id=ids.FRESH, className="block fresh"),
        periods(screen, choice),
        baselines(screen, choice),
    ]
    silent = html.Div(id=ids.SILENT, hidden=True, className="silent", **{"data-silent": ""})
    blocks += [tools(screen, choice), *past_page.header_blocks()]
    return html.Header([*blocks, silent], className="head")


def labelled(label: str, value: Any) -> list[Any]:
    return [html.Span(id=label, className="k"), html.Span(value, className="v num")]


def block(label: str, value: Any) -> html.Div:
    return html.Div(labelled(label, value), className="block")


def duration(name: str, tick: str) -> html.Span:
    return html.Span(id=name, **{"data-tick": tick, "data-instant": ""})


def periods(screen: Screen, choice: Choice) -> html.Div:
    """Return the window switch, with the one of history; the client script moves `aria-pressed`."""
    buttons = [
        chooser("window", name, name, name == choice.window) for name in screen.catalogue.windows
    ]
    for name, button in zip(screen.catalogue.windows, buttons, strict=True):
        button.id = ids.window_switch(name)
    special = chooser("window", ids.SPECIAL, "", False)
    special.id, special.className = ids.SPECIAL_SWITCH, "past"
    group = {"aria-labelledby": ids.PERIOD_LABEL}
    seg = html.Div([*buttons, special], id=ids.PERIOD, className="seg", role="group", **group)
    return html.Div([html.Span(id=ids.PERIOD_LABEL, className="k"), seg], className="block")


def baselines(screen: Screen, choice: Choice) -> html.Div:
    """Return the switch between the days the tiles are compared with."""
    buttons = []
    for kind in ids.BASELINES:
        words = screen.word(choice.lang, f"header.{kind}")
        button = chooser("baseline", kind, words, kind == choice.baseline)
        button.id = ids.baseline_switch(kind)
        buttons.append(button)
    group = {"aria-labelledby": ids.BASELINE_LABEL}
    seg = html.Div(buttons, id=ids.BASELINE, className="seg", role="group", **group)
    return html.Div([html.Span(id=ids.BASELINE_LABEL, className="k"), seg], className="block")


def tools(screen: Screen, choice: Choice) -> html.Div:
    """Return the language and theme switches; each shows what it switches to.

    A language is called by its own name; a theme is an icon, whose words are presented.
    """
    themes = [
        chooser("theme", theme, panel.icon(THEME_ICONS[theme]), theme == choice.theme)
        for theme in THEMES
    ]
    for theme, button in zip(THEMES, themes, strict=True):
        button.id = ids.theme_switch(theme)
    languages = [
        chooser("lang", lang, screen.word(lang, "header.self"), lang == choice.lang)
        for lang in screen.catalogue.shop.languages
    ]
    for button in (*themes, *languages):
        button.className = "icon-btn"
    link = html.Span(id=ids.part(ids.LINK, "label"), className="k")
    shown = [html.Span(id=ids.LINK, className="link")] if screen.show_link else []
    return html.Div(
        [link, html.Div([*shown, past_page.door(), *themes, *languages], className="seg")],
        id=ids.TOOLS,
        className="block tools",
    )


def chooser(kind: str, value: str, words: Any, pressed: bool) -> html.Button:
    choice = {f"data-choice-{kind}": value, "aria-pressed": "true" if pressed else "false"}
    return html.Button(words, type="button", **choice)
