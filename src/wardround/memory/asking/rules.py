"""How cues say which question is asked: rules in order, the first that holds counts. `!` means absent, `|` either.

Marks that are no cue: `1` one thing asked about, `2` two, `0` none; `event`, `event:before`; `than:above`; `text`; `nth`,
`nth_last`; `day` a single day (`day:on`, `day:until`), `window` any other phrase of time, `time` either; `unit_asked`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

_RESULT = """
first_value      then_what first 1 !last !event !than:above !than:below
nth_value        then_what nth 1
days_between     event days to_thing 1
first_above      than:above when|days first !count
last_above       than:above when|days last !count
first_above      than:above what first days
count_above      than:above count
count_below      than:below count
ever_above       than:above yesno past
ever_below       than:below yesno past
first_below      than:below when|days first !count
later_of         2 later !together !earlier !event
days_together    2 together
was_before       event:before|event:after yesno !last !than:above !than:below 1
change_over_event event change 1
mean_since_event event:since mean 1
count_since_event event:since count 1 !how_long
value_before_event event:before last 1 !count !when !yesno
value_after_event event:after first|next 1 !count !when !yesno
value_after_event event:since first|next 1 !count !when !yesno
value_before_event event:before 1 !first !mean !median !high !low !count !when !yesno !list !trend !change
value_after_event event:after 1 !last !mean !median !high !low !count !when !yesno !list !trend !change
last_value       dose:before|dose:since 1 !first !last !mean !median !high !low !count !when !yesno !list !trend !change
first_value      dose:after 1 !first !last !mean !median !high !low !count !when !yesno !list !trend !change
first_day_of_value text first|when 1 !count !last
count_of_value   text count 1
age_at_first     age first|begin 1
age_at_last      age last 1
age_at_first     age 1
unit_of          unit 1 !unit_asked !yearly
longest_gap      longest between|gap|negated 1
longest_gap      big gap 1 !low !mean
interval_last_two two days|gap|between 1
days_since       elapsed days last 1 !when !first
slope            yearly change|rate|trend 1
percent_change   percent change|trend 1
percent_change   percent first last 1
spread           range 1
spread           high low 1 !count
trend            trend 1 !last !first
values_between   each|values in_order 1 !change !percent
change           change|distinct first last 1 !mean !median !count !when
change           change 1 !mean !median !count !when !high !low
value_on         how_high day:on 1 !ever
last_value       how_high present 1 !ever !time
maximum_day      high when 1
minimum_day      low when 1
mean             mean 1 !when
median           median 1 !when
maximum          high 1 !low
minimum          low 1 !high
nth_value        nth 1 !when
nth_last_value   nth_last 1 !when
values_seen      distinct 1 !count
values_seen      had_values 1 !count
never            never 1 !count
count            count 1
first_day        when first|begin 1 !last
last_day         when last 1 !first
when_one         when 1
ever             yesno 1 ever|past|there|record !unit_asked
values_between   list 1 !last !first
values_between   values what|window 1 !last !first !day:on !day:at
next_value       day:after first|next 1
value_on         day:on done_then 1 !first
value_at         day:on standing 1 !first
value_on         day:on 1 !first
value_at         day:until|day:at 1 !first !begin
first_value      first 1 !last
first_value      next window 1
first_value      begin 1 !last
last_value       last 1 !first
one_value        window 1 !first !change !trend
last_value       1 !first !change !trend !list !count !when !yesno !window !time
"""
_ANY = """
days_between     event days to_thing 1
age_at_first     age first|begin 1 !last
age_at_last      age last 1
age_at_one       age 1
was_before       event:before|event:after yesno 1
days_between     2 days !together
which_first      2 or earlier !days
later_of         2 or later !days
was_before       2 yesno precede|succeed !or
which_first      2 earlier what !yesno !days
later_of         2 later !yesno !days
count            count 1
never            never 1
first_day        when first|begin 1 !last
last_day         when last 1 !first
ever             yesno 1 !end ever|past|there|record
when_one         when 1
"""
_PERIODS = """
duration         how_long 1 !event !ago
ended_day        end when|what 1 !begin
active_on        still yesno 1 !ever !never !end
active_on        day have|on_drug|active yesno 1 !ever !never !act !end
active_on        present have|on_drug 1 !ever !never !act !window !end
"""
_ALLERGY = """
criticality      critical 1
any_active       allergic yesno 1 !ever
"""
_NOTHING = """
any_active       allergy yesno !count
active_count     count allergy
newest           allergy last !when
active_names     allergy what|list
active_at_event  event:at problem what|list
active_at_event  event:at drug what|list
last_day         when last visit|drugs|procedure|immunization|problem
first_day        when first visit|drugs|procedure|immunization|problem
active_count     count problem|drug active|on_drug|still !act !window
active_count     count problem have day
count            count visit|procedure|immunization
count            count problem|drug act|window
active_count     count problem|drug
newest           last problem|drug|procedure|immunization|visit !list !when !window !day
newest           last problem|drug|procedure|immunization|visit one !when
active_names     problem active|still !act
active_names     problem have day !act
active_names     problem there day:on !act
active_names     drug on_drug|active|still !act !window
active_names     drugs day:on|day:at|present !act !window !last !first !count
names_between    problem|drug|procedure|immunization|visit what|list
names_between    act drug|problem|procedure|immunization
tests_on         result day what|list
"""
_PERSON = """
sex              sex
died_day         died
birth_day        born !age
age_on           age
"""


@lru_cache(maxsize=1)
def tables() -> dict[str, tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]]:
    """By what is asked about: the rules in order, each a question and what it needs."""
    texts = {
        "result": _RESULT + _ANY,
        "problem": _PERIODS + _ANY,
        "drug": _PERIODS + _ANY,
        "allergy": _ALLERGY + _ANY,
        **dict.fromkeys(("procedure", "immunization", "visit"), _ANY),
        "nothing": _NOTHING,
        "person": _PERSON,
    }
    return {
        name: tuple(_rule(line) for line in text.splitlines() if line.strip()) for name, text in texts.items()
    }


def _rule(line: str) -> tuple[str, tuple[tuple[str, ...], ...]]:
    ask, *needs = line.split()
    return ask, tuple(tuple(need.split("|")) for need in needs)


def first_rule(table: str, signs: set[str], fits: Callable[[str], bool]) -> str | None:
    """The question of the first rule that holds for the signs found in a sentence, of those that fit all that it says."""
    for ask, needs in tables()[table]:
        if fits(ask) and all(any(_holds(one, signs) for one in need) for need in needs):
            return ask
    return None


def _holds(sign: str, signs: set[str]) -> bool:
    return sign[1:] not in signs if sign.startswith("!") else sign in signs
