"""What the commands that submit jobs take from this machine: Flink's client, and its profile."""

from collections.abc import Callable

from pipeline.jobs.generations import Plant, Recipe
from pipeline.jobs.specification import LiveSpec
from pipeline.jobs.wiring import plant_and_recipe
from pipeline.local.flink_files import flink_environment, link_jars
from pipeline.local.layout import Layout
from pipeline.local.profiles import choose_profile
from pipeline.settings import Settings


def client_folders(settings: Settings) -> dict[str, str]:
    """Return the environment that names the folders of Flink's client in our home."""
    layout = Layout(settings.home.resolve())
    if not any(layout.flink_lib.glob("*.jar")):
        link_jars(layout)
    return flink_environment(layout)


def wire(settings: Settings, submit: Callable[[LiveSpec], str]) -> tuple[Plant, Recipe]:
    """Return services and recipe of the settings."""
    return plant_and_recipe(settings, submit, choose_profile(settings.profile).parallelism)
