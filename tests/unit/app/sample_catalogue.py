"""A catalogue like the packaged one, small and written out, so that drawing is tested alone."""

from pipeline.catalogue.label import Label
from pipeline.catalogue.load import load_catalogue
from pipeline.catalogue.model import (
    BucketKind,
    Catalogue,
    Cube,
    Dimension,
    Linear,
    Member,
    Metric,
    Shop,
    Unit,
    WindowDefinition,
)

REGIONS = {
    "east": ("华东", "East", 8),
    "south": ("华南", "South", 5),
    "north": ("华北", "North", 5),
    "central": ("华中", "Central", 4),
    "southwest": ("西南", "Southwest", 4),
    "northwest": ("西北", "Northwest", 3),
    "northeast": ("东北", "Northeast", 3),
}
CATEGORIES = {
    "phones": ("手机数码", "Phones & digital"),
    "appliances": ("家用电器", "Home appliances"),
    "apparel": ("服饰", "Apparel"),
    "beauty": ("美妆", "Beauty"),
    "food": ("食品生鲜", "Food & fresh"),
    "computers": ("电脑办公", "Computers"),
    "baby": ("母婴", "Mother & baby"),
    "home": ("家居家装", "Home & furniture"),
    "care": ("个护清洁", "Personal care"),
    "sports": ("运动户外", "Sports"),
}
BRANDS = [
    "Kestrel",
    "Orbit",
    "Nordvik",
    "Meiyu",
    "Halden",
    "Yunlan",
    "Lumio",
    "Baiyue",
    "Zephyr",
    "Tansu",
    "Qiwei",
    "Muxi",
    "Fenli",
    "Sanko",
]
GENDERS = {"F": ("女", "Women"), "M": ("男", "Men"), "U": ("未填写", "Not given")}
PROVINCES = {"zhejiang": ("浙江", "Zhejiang"), "guangdong": ("广东", "Guangdong")}


def _members(names: dict[str, tuple[str, str]]) -> dict[str, Member]:
    return {key: Member(key, Label(zh, en)) for key, (zh, en) in names.items()}


def _dimension(name: str, members: dict[str, Member], parent: str | None = None) -> Dimension:
    return Dimension(name, name, parent, members, Label(name, name))


def _dimensions() -> dict[str, Dimension]:
    warehouses = {
        f"{key}_{i}": Member(f"{key}_{i}", Label(f"{zh}{i}仓", f"{en} {i}"), key)
        for key, (zh, en, houses) in REGIONS.items()
        for i in range(1, houses + 1)
    }
    regions = {key: Member(key, Label(zh, en), "nation") for key, (zh, en, _) in REGIONS.items()}
    made = (
        _dimension("category", _members(CATEGORIES)),
        _dimension("brand", _members({b: (b, b) for b in BRANDS})),
        _dimension("gender", _members(GENDERS)),
        _dimension("province", _members(PROVINCES)),
        _dimension("warehouse", warehouses, "region"),
        _dimension("region", regions, "nation"),
        _dimension("nation", _members({"nation": ("全国", "Nation")})),
    )
    return {d.name: d for d in made}


def _metric(name: str, label: tuple[str, str], shape: str, **more: object) -> Metric:
    values: dict[str, object] = {
        "name": name,
        "kind": "base",
        "shape": shape,
        "numerator": Linear({"paid_amount": 1}),
        "denominator": None,
        "unit": Unit.MONEY,
        "cube": "category",
        "label": Label(*label),
        "description": Label(label[0] + "：说明", label[1] + ": what it means"),
        **more,
    }
    return Metric(**values)  # type: ignore[arg-type]


def _metrics() -> tuple[Metric, ...]:
    over = Linear({"orders": 1})
    count = {"unit": Unit.COUNT}
    return (
        _metric("gross_sales", ("销售额", "Gross sales"), "total"),
        _metric("orders", ("订单数", "Orders"), "total", **count),
        _metric("paid_units", ("件数", "Units"), "total", **count),
        _metric("buyers", ("买家数", "Buyers"), "total", **count),
        _metric("average_order", ("客单价", "Avg. order"), "total", denominator=over),
        _metric("refund_rate", ("退款率", "Refunds"), "total", unit=Unit.RATE, denominator=over),
        _metric("refund_amount", ("退款额", "Refunds"), "total"),
        _metric("net_sales", ("净销售额", "Net sales"), "total"),
        _metric("sales_per_minute", ("每分钟销售额", "Sales per minute"), "series"),
        _metric("orders_per_minute", ("每分钟订单", "Orders per minute"), "series", **count),
        _metric("region_ranking", ("区域", "Regions"), "ranking", dimension="region"),
        _metric("category_minute", ("类目", "Categories"), "ranking", dimension="category"),
        _metric("brand_by_amount", ("品牌", "Brands"), "ranking", dimension="brand"),
        _metric("brand_by_units", ("品牌", "Brands"), "ranking", dimension="brand", **count),
        _metric("top_users", ("买家", "Buyers"), "ranking", dimension="user", beside=("orders",)),
        _metric("gender_share", ("性别", "Gender"), "share", dimension="gender"),
        _metric("gender_volume", ("件数", "Units"), "series", dimension="gender", step=10, **count),
    )


def catalogue() -> Catalogue:
    """Return the catalogue of the sample frames."""
    title, scope = Label("双11 销售实时大屏", "11.11 Sales Live"), Label("全国", "Nation")
    windows = {"4H": (-240, 0), "24H": (0, 1440), "28H": (-240, 1440)}
    cube = Cube("category", BucketKind.MINUTE, "category", ("paid_amount",))
    return Catalogue(
        Shop("Asia/Shanghai", "CNY", "¥", 2, ("zh", "en"), "28H", title, scope),
        {n: WindowDefinition(n, a, b, Label(n, n)) for n, (a, b) in windows.items()},
        _dimensions(),
        {},
        {"category": cube},
        {m.name: m for m in _metrics()},
        "sample",
        load_catalogue().alerts,
    )
