"""How questions are put about problems, drugs, allergies, procedures, vaccines and visits: see `wordings`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

Wordings = Mapping[str, tuple[str, ...]]

GENERAL: Final[Wordings] = MappingProxyType(
    {
        "ever/result": (
            "Was {x} ever measured{w}?",
            "Has {their} {x} ever been checked{w}?",
            "Is there any {x} on record{w}?",
        ),
        "ever/problem": (
            "Was {they} ever diagnosed with {x}{w}?",
            "Has {x} ever been diagnosed{w}?",
            "Did {they} ever have {x}{w}?",
        ),
        "ever/drug": (
            "Was {they} ever prescribed {x}{w}?",
            "Has {x} ever been prescribed{w}?",
            "Did {they} ever get a prescription for {x}{w}?",
        ),
        "ever/allergy": (
            "Has {x} ever been recorded as an allergy?",
            "Was the allergy {x} ever recorded?",
            "Is the allergy {x} on record?",
        ),
        "ever/procedure": (
            "Was the procedure {x} ever done{w}?",
            "Has {they} ever had the procedure {x}{w}?",
            "Did {they} ever undergo {x}{w}?",
        ),
        "ever/immunization": (
            "Was {they} ever vaccinated with {x}{w}?",
            "Has {they} ever had the {x} vaccine{w}?",
            "Was the vaccine {x} ever given{w}?",
        ),
        "ever/visit": (
            "Was there ever a visit of the kind {x}{w}?",
            "Is there any visit for {x}{w}?",
            "Did {they} ever have a visit for {x}{w}?",
        ),
        "never/result": (
            "Was {x} never measured{w}?",
            "Is it true that {x} was never measured{w}?",
            "Has {their} {x} never been checked{w}?",
        ),
        "never/problem": (
            "Was {they} never diagnosed with {x}{w}?",
            "Is it true that {x} was never diagnosed{w}?",
            "Has {they} never had {x}{w}?",
        ),
        "never/drug": (
            "Was {they} never prescribed {x}{w}?",
            "Is it true that {x} was never prescribed{w}?",
            "Has {x} never been prescribed{w}?",
        ),
        "never/immunization": (
            "Was {they} never vaccinated with {x}{w}?",
            "Is it true that the vaccine {x} was never given{w}?",
            "Has {they} never had the {x} vaccine{w}?",
        ),
        "never/procedure": (
            "Was the procedure {x} never done{w}?",
            "Is it true that {they} never had the procedure {x}{w}?",
            "Has {they} never undergone {x}{w}?",
        ),
        "first_day/result": (
            "When was {x} first measured{w}?",
            "On which day was {their} first {x} taken{w}?",
            "What is the date of the first {x}{w}?",
        ),
        "first_day/problem": (
            "When was {they} first diagnosed with {x}?",
            "When did {x} begin?",
            "What is the onset date of {x}?",
        ),
        "first_day/drug": (
            "When was {x} first prescribed{w}?",
            "When did {they} first get {x}{w}?",
            "What is the date of the first prescription of {x}{w}?",
        ),
        "first_day/allergy": (
            "When was the allergy {x} recorded?",
            "When was {x} first recorded as an allergy?",
            "Since which day is the allergy {x} on record?",
        ),
        "first_day/procedure": (
            "When was the procedure {x} first done{w}?",
            "When did {they} first undergo {x}{w}?",
            "What is the date of the first {x} procedure{w}?",
        ),
        "first_day/immunization": (
            "When was the vaccine {x} first given{w}?",
            "When was {they} first vaccinated with {x}{w}?",
            "What is the date of the first {x} vaccination{w}?",
        ),
        "first_day/visit": (
            "When was the first visit for {x}{w}?",
            "When did {they} first have a visit for {x}{w}?",
            "What is the date of the first visit of the kind {x}{w}?",
        ),
        "last_day/result": (
            "When was {x} last measured{w}?",
            "On which day was {their} last {x} taken{w}?",
            "What is the date of the most recent {x}{w}?",
        ),
        "last_day/problem": (
            "When was {they} last diagnosed with {x}?",
            "When did the latest episode of {x} begin?",
            "What is the date of the most recent diagnosis of {x}?",
        ),
        "last_day/drug": (
            "When was {x} last prescribed{w}?",
            "When did {they} last get {x}{w}?",
            "What is the date of the most recent prescription of {x}{w}?",
        ),
        "last_day/procedure": (
            "When was the procedure {x} last done{w}?",
            "When did {they} last undergo {x}{w}?",
            "What is the date of the most recent {x} procedure{w}?",
        ),
        "last_day/immunization": (
            "When was the vaccine {x} last given{w}?",
            "When was {they} last vaccinated with {x}{w}?",
            "What is the date of the most recent {x} vaccination{w}?",
        ),
        "last_day/visit": (
            "When was the last visit for {x}{w}?",
            "When did {they} last have a visit for {x}{w}?",
            "What is the date of the most recent visit of the kind {x}{w}?",
        ),
        "count/result": (
            "How often was {x} measured{w}?",
            "How many times was {their} {x} taken{w}?",
            "How many {x} measurements are there{w}?",
        ),
        "count/problem": (
            "How many episodes of {x} are there{w}?",
            "How often was {x} diagnosed{w}?",
            "How many times was {they} diagnosed with {x}{w}?",
        ),
        "count/drug": (
            "How many prescriptions of {x} are there{w}?",
            "How often was {x} prescribed{w}?",
            "How many times was {they} prescribed {x}{w}?",
        ),
        "count/procedure": (
            "How often was the procedure {x} done{w}?",
            "How many times did {they} undergo {x}{w}?",
            "How many {x} procedures are there{w}?",
        ),
        "count/immunization": (
            "How many doses of the vaccine {x} were given{w}?",
            "How often was {they} vaccinated with {x}{w}?",
            "How many {x} vaccinations are there{w}?",
        ),
        "count/visit": (
            "How many visits did {they} have{w}?",
            "How often was {they} seen{w}?",
            "How many visits are on record{w}?",
        ),
        "was_before": (
            "Did {event_x} come before {event}?",
            "Is it true that {event_x} came before {event}?",
            "Was it before {event} that {event_x_clause}?",
        ),
        "which_first": (
            "Which came first, {x} or {y}?",
            "Of {x} and {y}, which came first?",
            "What came earlier: {x} or {y}?",
        ),
        "days_between": (
            "How many days lie between {event_x} and {event}?",
            "How many days passed between {event_x} and {event}?",
            "What is the number of days between {event_x} and {event}?",
        ),
        "age_at_first/problem": (
            "How old was {they} when {x} was first diagnosed?",
            "At what age was {they} first diagnosed with {x}?",
            "What was {their} age at the onset of {x}?",
        ),
        "age_at_first/drug": (
            "How old was {they} when {x} was first prescribed?",
            "At what age was {they} first prescribed {x}?",
            "What was {their} age at the first prescription of {x}?",
        ),
        "age_at_first/procedure": (
            "How old was {they} when the procedure {x} was first done?",
            "At what age did {they} first undergo {x}?",
            "What was {their} age at the first {x} procedure?",
        ),
        "age_at_first/result": (
            "How old was {they} when {x} was first measured?",
            "At what age was {their} {x} first measured?",
            "What was {their} age at the first {x} measurement?",
        ),
        "age_at_last/immunization": (
            "How old was {they} at the last {x} vaccination?",
            "At what age was {they} last vaccinated with {x}?",
            "What was {their} age when the vaccine {x} was last given?",
        ),
        "age_at_last/procedure": (
            "How old was {they} when the procedure {x} was last done?",
            "At what age did {they} last undergo {x}?",
            "What was {their} age at the last {x} procedure?",
        ),
        "newest/problem": (
            "What was the last new problem?",
            "Which problem was diagnosed most recently?",
            "What is {their} most recent diagnosis?",
        ),
        "newest/drug": (
            "What was the last drug prescribed?",
            "Which drug was prescribed most recently?",
            "What is {their} most recent prescription?",
        ),
        "newest/procedure": (
            "What was the last procedure done?",
            "Which procedure was done most recently?",
            "What is {their} most recent procedure?",
        ),
        "newest/immunization": (
            "What was the last vaccine given?",
            "Which vaccine was given most recently?",
            "What is {their} most recent vaccination?",
        ),
        "newest/allergy": (
            "Which allergy was recorded most recently?",
            "What was the last allergy recorded?",
            "What is {their} most recently recorded allergy?",
        ),
        "newest/visit": (
            "What kind of visit was the last one?",
            "What kind of visit was the most recent visit?",
            "What was {their} last visit?",
        ),
        "names_between/problem": (
            "Which problems were diagnosed{w}?",
            "What new diagnoses were there{w}?",
            "List the problems that began{w}.",
        ),
        "names_between/drug": (
            "Which drugs were prescribed{w}?",
            "What was prescribed{w}?",
            "List the medicines prescribed{w}.",
        ),
        "names_between/procedure": (
            "Which procedures were done{w}?",
            "What procedures did {they} have{w}?",
            "List the procedures done{w}.",
        ),
        "names_between/immunization": (
            "Which vaccines were given{w}?",
            "What vaccinations did {they} have{w}?",
            "List the vaccines given{w}.",
        ),
    }
)

PERIODS: Final[Wordings] = MappingProxyType(
    {
        "active_on/problem": (
            "Did {they} have {x} on {d}?",
            "Was {x} active on {d}?",
            "Was {x} an active problem on {d}?",
        ),
        "active_on/drug": (
            "Was {they} on {x} on {d}?",
            "Was {they} taking {x} on {d}?",
            "Was {x} an active prescription on {d}?",
        ),
        "active_now/problem": (
            "Does {they} still have {x}?",
            "Is {x} active now?",
            "Does {they} currently have {x}?",
        ),
        "active_now/drug": (
            "Is {they} still on {x}?",
            "Is {they} currently taking {x}?",
            "Is {x} an active prescription now?",
        ),
        "active_names/problem": (
            "Which problems were active on {d}?",
            "What active problems did {they} have on {d}?",
            "List the active problems as of {d}.",
        ),
        "active_names/drug": (
            "Which drugs was {they} on on {d}?",
            "What medicines was {they} taking on {d}?",
            "List the active drugs as of {d}.",
        ),
        "active_names/allergy": (
            "Which allergies does {they} have?",
            "What is {they} allergic to?",
            "List {their} active allergies.",
        ),
        "active_count/problem": (
            "How many problems were active on {d}?",
            "How many active problems did {they} have on {d}?",
            "What was the number of active problems as of {d}?",
        ),
        "active_count/drug": (
            "How many drugs was {they} on on {d}?",
            "How many medicines was {they} taking on {d}?",
            "What was the number of active drugs as of {d}?",
        ),
        "active_count/allergy": (
            "How many allergies does {they} have?",
            "How many active allergies are there?",
            "What is the number of {their} active allergies?",
        ),
        "active_at_event/problem": (
            "Which problems were active on the day of {event_noun}?",
            "What active problems did {they} have when {event_clause}?",
            "When {event_clause}, which problems were active?",
        ),
        "active_at_event/drug": (
            "Which drugs was {they} on on the day of {event_noun}?",
            "What medicines was {they} taking when {event_clause}?",
            "When {event_clause}, which drugs was {they} on?",
        ),
        "ended_day/problem": (
            "When did {x} end?",
            "When was {x} resolved?",
            "On which day did {their} {x} resolve?",
        ),
        "ended_day/drug": (
            "When was {x} stopped?",
            "When did {they} stop {x}?",
            "On which day did {x} end?",
        ),
        "duration/problem": (
            "How many days did {x} last?",
            "For how many days did {they} have {x}?",
            "How long, in days, did the latest {x} last?",
        ),
        "any_active": (
            "Does {they} have any allergies?",
            "Is {they} allergic to anything?",
            "Are there any active allergies on record?",
        ),
        "criticality": (
            "What is the criticality of the allergy {x}?",
            "How critical is the allergy {x}?",
            "Which criticality is recorded for {x}?",
        ),
    }
)
