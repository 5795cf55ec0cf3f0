"""Makes delivery.json from the places of shanxi.json."""

import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True
FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))
from scenario_json import rounded, write  # noqa: E402

# One truck in so many of the region's goods is looked at, and so many days a year.
SHARE = 12
DAYS = 300
# One candidate in so many is offered.
CANDIDATES = 6
LARGEST = 20


def main():
    region = json.loads((FOLDER.parent / "shanxi" / "shanxi.json").read_text(encoding="utf-8"))
    sites, n_candidates = [], 0
    for site in region["sites"]:
        if site.get("status", "candidate") == "candidate":
            n_candidates += 1
            if n_candidates % CANDIDATES:
                continue
        small = {"id": site["id"], "location": site["location"]}
        if "status" in site:
            small["status"] = site["status"]
        for field in ("opening_cost", "operating_cost", "closing_cost"):
            if field in site:
                small[field] = rounded(site[field] / SHARE, 1000)
        small["capacity"] = rounded(site["capacity"] / SHARE, 100)
        small["handling_cost"] = site["handling_cost"]
        sites.append(small)
    orders = []
    for demand in region["demands"]:
        tonnes = demand["quantity"] / SHARE / DAYS
        # What is more than a truck takes goes there directly, and is not part of the question.
        tonnes = max(0.1, round(tonnes % LARGEST, 1))
        orders.append({"id": demand["id"], "location": demand["location"], "delivery": tonnes, "service": 1200})
    supplies = [
        {"id": supply["id"], "location": supply["location"], "unit_cost": supply["unit_cost"]}
        for supply in region["supplies"]
    ]
    used = {item["location"] for item in sites + orders + supplies}
    scenario = {
        "kind": "network",
        "version": 1,
        "name": "山西省 delivery",
        "convention": "tonnes and CNY a year, routes of one of 300 days; places from GeoNames (CC BY 4.0), costs and volumes "
        "invented, see README.md",
        "currency": "CNY",
        "travel": region["travel"],
        "locations": [location for location in region["locations"] if location["id"] in used],
        "supplies": supplies,
        "sites": sites,
        "lanes": {"inbound": region["lanes"]["inbound"]},
        "days": DAYS,
        "vehicles": [
            {"id": "truck", "count": 20, "capacity": LARGEST, "max_duration": 36000,
             "costs": {"fixed": 700, "per_meter": 0.0038}},
            {"id": "van", "count": 20, "capacity": 6, "max_duration": 36000,
             "costs": {"fixed": 420, "per_meter": 0.0022}},
        ],
        "orders": orders,
    }
    write(scenario, FOLDER / "delivery.json")


if __name__ == "__main__":
    main()
