"""docs/constraints.md, written from the rules themselves: `python -m wardround.care.constraints.page > docs/constraints.md`."""

from __future__ import annotations

import sys

from wardround.care.constraints import clinical_rules
from wardround.care.constraints.rule import Rule
from wardround.knowledge import KnowledgeBase, load

HEAD = """\
# What the clinic's agents may not do

Written by `python -m wardround.care.constraints.page`; do not edit by hand.

Every rule is a pure function of the chart and of one action with its typed arguments. They bind every role and every
policy alike. What a rule can say:

- **deny**: the action does not happen, and the agent hears why;
- **approval**: the action waits until a physician approves, edits or rejects it;
- **forbid**: the tool is not offered at all while the reason lasts;
- **oblige**: nothing else is permitted until the action is done.

Sources name where a rule comes from; nobody opened them while the rules were written, and they give no sections. A rule
that rests on an item of the knowledge base ends its reason with that item's source and grade, and says `unreviewed`
where nobody has checked the item against its source. Where built-in guidance has a care pathway that holds in this
patient and says the same ("if the eGFR is below 30, no metformin"), the reason ends by naming its passage.

What is left out on purpose:

- **Moderate interactions stop nothing.** An alert at each of them teaches physicians to dismiss alerts, the grave ones
  too. `check_prescription` lists them and the pharmacist reports them.
- **An emergency is never held back.** `escalate`, `refer`, and closing as `emergency`, `admitted` or `handed_over` are
  never denied; a referral that is no emergency may be, for what it cites. Drugs are signed for in an emergency too, and
  allergies count there most of all.
- **A warning is no prescription.** Advice may name a drug in order to warn against it.
- **Two of a class are no duplicate** where they are rightly given together: diuretics, drugs for gout, mood stabilisers,
  and classes that only say how drugs behave (such as those that prolong the QT interval).

"""


def constraints_page(base: KnowledgeBase) -> str:
    """The page: every rule in a table, in the order in which they speak."""
    rules = clinical_rules(base)
    rows = "".join(_row(rule) for rule in rules)
    count = f"{len(rules)} rules.\n\n"
    return f"{HEAD}{count}| id | severity | says | holds | source |\n| --- | --- | --- | --- | --- |\n{rows}"


def _row(rule: Rule) -> str:
    c = rule.constraint
    return f"| `{c.id}` | {c.severity} | {rule.says} | {c.title} | {c.source} |\n"


if __name__ == "__main__":
    sys.stdout.write(constraints_page(load()))
