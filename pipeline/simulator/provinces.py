"""Where shoppers live: region and share of orders of each province the simulator knows.

A shop with other provinces gets fading shares and every warehouse.
"""

REGION_AND_WEIGHT = {
    "beijing": ("north", 52), "tianjin": ("north", 20), "hebei": ("north", 44),
    "shanxi": ("north", 23), "inner_mongolia": ("north", 18),
    "liaoning": ("northeast", 21), "jilin": ("northeast", 11), "heilongjiang": ("northeast", 12),
    "shanghai": ("east", 60), "jiangsu": ("east", 86), "zhejiang": ("east", 78),
    "anhui": ("east", 34), "fujian": ("east", 36), "shandong": ("east", 52),
    "jiangxi": ("central", 20), "henan": ("central", 41), "hubei": ("central", 31),
    "hunan": ("central", 28),
    "guangdong": ("south", 158), "guangxi": ("south", 24), "hainan": ("south", 7),
    "hongkong": ("south", 5), "macao": ("south", 1), "taiwan": ("south", 2),
    "chongqing": ("southwest", 22), "sichuan": ("southwest", 44), "guizhou": ("southwest", 13),
    "yunnan": ("southwest", 17), "tibet": ("southwest", 1),
    "shaanxi": ("northwest", 23), "gansu": ("northwest", 9), "qinghai": ("northwest", 2),
    "ningxia": ("northwest", 4), "xinjiang": ("northwest", 10),
}  # fmt: skip
