"""An order in words, as a reader writes it: amount, route, how often, for how long."""

from __future__ import annotations

from wardround.harness import JSON
from wardround.knowledge import Regimen

DOSE_WORDS = {"ug": "micrograms", "[iU]": "units", "mL": "ml"}
ROUTE_WORDS = {
    "oral": "by mouth",
    "sublingual": "under the tongue",
    "intramuscular": "into a muscle",
    "subcutaneous": "under the skin",
    "intravenous": "into a vein",
}


def order_in_words(order: JSON) -> str:
    """`500 mg by mouth, 3 times a day, for 7 days`."""
    route = ROUTE_WORDS.get(str(order["route"]), str(order["route"]))
    unit = DOSE_WORDS.get(str(order["unit"]), str(order["unit"]))
    amount = f"{order['dose']:g} {one_line(unit)} {one_line(route)}"
    if order["per_day"] == 1 and order["days"] == 1:
        return f"{amount}, once"
    needed = " when needed" if order.get("as_needed") else ""
    for_days = f", for {order['days']} days" if order["days"] else ", until reviewed"
    return f"{amount}, {_how_often(float(order['per_day']), bool(needed))}{needed}{for_days}"


def regimen_in_words(regimen: Regimen) -> str:
    """The same of a regimen of the knowledge base."""
    return order_in_words(
        {
            "dose": regimen.dose.value,
            "unit": regimen.dose.unit,
            "route": regimen.route,
            "per_day": regimen.per_day,
            "days": regimen.days,
            "as_needed": regimen.as_needed,
        }
    )


def one_line(text: object) -> str:
    """Words on one line, without the brackets that mean an event."""
    return " ".join(str(text).split()).replace("mm[Hg]", "mmHg").replace("[", "(").replace("]", ")")


def _how_often(per_day: float, needed: bool) -> str:
    if per_day < 1:
        return f"once every {1 / per_day:.0f} days"
    times = "once a day" if per_day == 1 else f"{per_day:g} times a day"
    return f"at most {times}" if needed else times
