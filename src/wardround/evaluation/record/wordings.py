"""How each question is put in English: the wordings that docs/record-questions.md shows, by ask or by ask/kind.

Slots: `{x}` what is asked about, `{y}` the other thing, `{event}` the other thing as something that happened, `{w}` a
window with its own blank before it, `{d}` a day with its preposition, `{unit}`, `{than}`, `{text}`, `{n}` an ordinal.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from wardround.evaluation.record.wordings_of_things import GENERAL, PERIODS, Wordings

RESULTS: Final[Wordings] = MappingProxyType(
    {
        "last_value": (
            "What was {their} last {x}{w}?",
            "What is the most recent {x}{w}?",
            "Give {their} latest {x}{w}.",
        ),
        "first_value": (
            "What was {their} first {x}{w}?",
            "What is the earliest {x} on record{w}?",
            "What was {x} when it was first measured{w}?",
        ),
        "nth_value": (
            "What was {their} {n} {x}?",
            "What did the {n} measurement of {x} give?",
            "What was {x} the {n} time it was measured?",
        ),
        "nth_last_value": (
            "What was {their} {n} last {x}?",
            "What was the {n} most recent {x}?",
            "Counting back from the newest, what was the {n} {x}?",
        ),
        "value_at": (
            "What was {their} {x} as of {d}?",
            "What was the latest {x} at or before {d}?",
            "What was the last known {x} by {d}?",
        ),
        "value_on": (
            "What {x} was measured on {d}?",
            "What was the {x} taken on {d}?",
            "Which value of {x} was recorded on the very day {d}?",
        ),
        "next_value": (
            "What was the next {x} after {d}?",
            "What was the first {x} measured after {d}?",
            "After {d}, what did {their} next {x} show?",
        ),
        "converted_value": (
            "What was {their} last {x} in {unit}?",
            "Give the most recent {x} in {unit}.",
            "Expressed in {unit}, what is {their} latest {x}?",
        ),
        "values_between": (
            "List every {x}{w}.",
            "What were all {their} {x} values{w}?",
            "Show all measurements of {x}{w} in order.",
        ),
        "mean": (
            "What was {their} mean {x}{w}?",
            "What is the average {x}{w}?",
            "On average, what was {their} {x}{w}?",
        ),
        "median": (
            "What was {their} median {x}{w}?",
            "What is the median of {x}{w}?",
            "Give the median value of {x}{w}.",
        ),
        "minimum": (
            "What was {their} lowest {x}{w}?",
            "What is the minimum {x}{w}?",
            "How low did {their} {x} go{w}?",
        ),
        "maximum": (
            "What was {their} highest {x}{w}?",
            "What is the maximum {x}{w}?",
            "How high did {their} {x} get{w}?",
        ),
        "spread": (
            "What is the difference between the highest and the lowest {x}{w}?",
            "What is the range of {their} {x}{w}, highest minus lowest?",
            "How far apart are the highest and lowest {x}{w}?",
        ),
        "maximum_day": (
            "When was {their} {x} highest{w}?",
            "On which day was the highest {x} measured{w}?",
            "When did {their} {x} peak{w}?",
        ),
        "minimum_day": (
            "When was {their} {x} lowest{w}?",
            "On which day was the lowest {x} measured{w}?",
            "When did {their} {x} reach its minimum{w}?",
        ),
        "trend": (
            "What was the trend of {their} {x}{w}?",
            "Is {their} {x} rising, falling or steady{w}?",
            "Which way did {their} {x} go{w}?",
        ),
        "slope": (
            "By how much did {their} {x} change per year{w}?",
            "What is the slope of {their} {x} per year{w}?",
            "How fast did {their} {x} change a year{w}?",
        ),
        "change": (
            "By how much did {their} {x} change from the first to the last measurement{w}?",
            "What is the change in {x} between the first and the last value{w}?",
            "How much higher or lower is the last {x} than the first{w}?",
        ),
        "percent_change": (
            "By what percentage did {their} {x} change from the first to the last measurement{w}?",
            "What is the percent change in {x} between the first and the last value{w}?",
            "In percent, how much did {their} {x} change from first to last{w}?",
        ),
        "unit_of": (
            "In which unit is {their} {x} recorded?",
            "What unit is {x} measured in?",
            "Which unit does the record use for {x}?",
        ),
        "count_above": (
            "How often was {their} {x} above {than}{w}?",
            "How many {x} values were higher than {than}{w}?",
            "How many times was {x} over {than}{w}?",
        ),
        "count_below": (
            "How often was {their} {x} below {than}{w}?",
            "How many {x} values were lower than {than}{w}?",
            "How many times was {x} under {than}{w}?",
        ),
        "ever_above": (
            "Was {their} {x} ever above {than}{w}?",
            "Did {their} {x} ever go over {than}{w}?",
            "Has {their} {x} ever been higher than {than}{w}?",
        ),
        "ever_below": (
            "Was {their} {x} ever below {than}{w}?",
            "Did {their} {x} ever fall under {than}{w}?",
            "Has {their} {x} ever been lower than {than}{w}?",
        ),
        "first_above": (
            "When was {their} {x} first above {than}{w}?",
            "When did {their} {x} first exceed {than}{w}?",
            "What was the first day with {x} over {than}{w}?",
        ),
        "first_below": (
            "When was {their} {x} first below {than}{w}?",
            "When did {their} {x} first fall under {than}{w}?",
            "What was the first day with {x} under {than}{w}?",
        ),
        "last_above": (
            "When was {their} {x} last above {than}{w}?",
            "When did {their} {x} last exceed {than}{w}?",
            "What was the last day with {x} over {than}{w}?",
        ),
        "interval_last_two": (
            "How many days lie between the last two measurements of {x}?",
            "How many days passed between {their} last two {x} measurements?",
            "What is the interval in days between the two most recent {x} values?",
        ),
        "longest_gap": (
            "What was the longest gap in days between two measurements of {x}?",
            "What is the longest time in days that {x} went unmeasured between two measurements?",
            "How many days was the longest interval between consecutive {x} values?",
        ),
        "days_since": (
            "How many days ago was {their} last {x}?",
            "How many days have passed since {x} was last measured?",
            "How long is it, in days, since {their} last {x}?",
        ),
        "value_before_event": (
            "What was {their} last {x} before {event}?",
            "What was the most recent {x} before {event}?",
            "Before {event}, what was the last {x}?",
        ),
        "value_after_event": (
            "What was {their} first {x} after {event}?",
            "What was the next {x} after {event}?",
            "After {event}, what was the first {x}?",
        ),
        "change_over_event": (
            "By how much did {their} {x} change from the last value before {event} to the first after it?",
            "What was the change in {x} across {event}, last before to first after?",
            "How did the first {x} after {event} differ from the last one before it?",
        ),
        "mean_since_event": (
            "What is {their} mean {x} since {event}?",
            "What is the average {x} since {event}?",
            "Since {event}, what has {their} {x} been on average?",
        ),
        "count_since_event": (
            "How often has {x} been measured since {event}?",
            "How many {x} measurements are there since {event}?",
            "Since {event}, how many times was {x} measured?",
        ),
        "days_together": (
            "On how many days were {x} and {y} both measured?",
            "How many days have both a {x} and a {y} on record?",
            "How often were {x} and {y} measured on the same day?",
        ),
        "later_of": (
            "Which was measured more recently, {x} or {y}?",
            "Of {x} and {y}, which was measured last?",
            "Which has the more recent measurement: {x} or {y}?",
        ),
        "first_day_of_value": (
            'When was {their} {x} first recorded as "{text}"?',
            'When did {their} {x} first read "{text}"?',
            'On which day was {x} first "{text}"?',
        ),
        "count_of_value": (
            'How often was {their} {x} recorded as "{text}"{w}?',
            'How many times was {x} "{text}"{w}?',
            'How many {x} entries say "{text}"{w}?',
        ),
        "values_seen": (
            "Which different values of {x} are on record?",
            "What values has {their} {x} had?",
            "List the distinct values recorded for {x}.",
        ),
        "tests_on": (
            "What was measured on {d}?",
            "Which tests were done on {d}?",
            "List everything measured on {d}.",
        ),
    }
)

PERSON: Final[Wordings] = MappingProxyType(
    {
        "age_on": (
            "How old was {they} on {d}?",
            "What was {their} age on {d}?",
            "What age was {they} on {d}?",
        ),
        "birth_day": ("When was {they} born?", "What is {their} date of birth?", "What is {their} birthday?"),
        "died_day": (
            "When did {they} die?",
            "What is {their} date of death?",
            "On which day did {they} die?",
        ),
        "sex": ("What is {their} sex?", "Which sex is recorded?", "Is the patient male or female?"),
    }
)

KNOWN: Final = (
    "Going by what was recorded by {k}, {question}",
    "As known on {k}: {question}",
    "With what was on record by {k}, {question}",
)
"""A question of which only what was known on a day counts; the question follows in its own words."""

SHOWN: Final[Wordings] = MappingProxyType({**RESULTS, **GENERAL, **PERIODS, **PERSON})
