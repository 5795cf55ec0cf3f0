"""Adds to a generated day of 300 orders what ties them together: run `hubroute generate day --customers 300 --seed 7 -o base.json` first."""

import json

with open("base.json", encoding="utf-8") as file:
    day = json.load(file)

orders = {order["id"]: order for order in day["orders"]}
plain = [order for order in day["orders"] if not (set(order) & {"split", "alternatives", "skills", "prize", "forbidden_vehicles", "backhaul"})]
at = {}
for order in plain:
    at.setdefault(order["location"], []).append(order)
shared = [group for group in at.values() if len(group) > 1]

# Who shares a place gets one call; some come in a sequence, some keep apart.
groups = [{"orders": [order["id"] for order in group[:2]], "rule": "together"} for group in shared[:8]]
taken = {name for group in groups for name in group["orders"]}
rest = [order["id"] for order in plain if order["id"] not in taken and "windows" not in order and "release" not in order]
groups += [{"orders": rest[row : row + 2], "rule": "in_sequence"} for row in range(0, 8, 2)]
groups += [{"orders": rest[row : row + 3], "rule": "apart"} for row in range(8, 20, 3)]

# Optional orders of two classes: the dearer half comes first.
optional = sorted((order for order in day["orders"] if "prize" in order), key=lambda order: -order["prize"])
for row, order in enumerate(optional[: len(optional) // 2]):
    order["priority"] = 1 + row % 2

# Two customers with one door, and stock for about all that each depot brings.
doors = [group[0]["location"] for group in shared[8:10]]
day["docks"] += [{"location": place, "serves_orders": True} for place in doors]
total = sum(order.get("delivery", {}).get("pallets", 0) for order in day["orders"])
day["stocks"] = [{"location": f"depot-{number}", "quantity": {"pallets": round(total * share)}} for number, share in ((1, 0.7), (2, 0.6))]
day["groups"] = groups
day["balance"] = {"measure": "duration", "target": 30600, "per_unit": 0.004}
day["name"] = "a day of 300 orders with all that orders and vehicles can ask for"

with open("day.json", "w", encoding="utf-8") as file:
    head = [f'"{key}": {json.dumps(value)}' for key, value in day.items() if not isinstance(value, list)]
    for key, value in day.items():
        if isinstance(value, list):
            head.append(f'"{key}": [\n' + ",\n".join(json.dumps(item) for item in value) + "\n]")
    file.write("{\n" + ",\n".join(head) + "\n}\n")
