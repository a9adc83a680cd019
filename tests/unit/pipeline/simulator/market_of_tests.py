"""A small catalogue for the simulator's tests."""

from collections.abc import Mapping

from pipeline.catalogue.label import Label
from pipeline.catalogue.model import Catalogue, Dimension, Member, Shop

NAME = Label("名", "name")


def dimension(name: str, keys: Mapping[str, str | None]) -> Dimension:
    members = {key: Member(key, NAME, parent) for key, parent in keys.items()}
    return Dimension(name, name, None, members, NAME)


def small_catalogue() -> Catalogue:
    shop = Shop("Asia/Shanghai", "CNY", "¥", 2, ("zh", "en"), "28H", NAME, NAME)
    dimensions = {
        "category": dimension("category", {f"c{i}": None for i in range(5)} | {"unknown": None}),
        "brand": dimension("brand", {f"b{i}": None for i in range(7)}),
        "province": dimension("province", {"shanghai": None, "guangdong": None, "unknown": None}),
        "warehouse": dimension("warehouse", {"pudong": "east", "foshan": "south"}),
    }
    return Catalogue(shop, {}, dimensions, {}, {}, {}, "plan")
