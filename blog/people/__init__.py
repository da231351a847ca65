"""People named in articles: who they are, where they stand, and what is decided on them for all articles."""

from blog.people.deciding import MOST_IN_REQUEST, DecisionError, call_invented, call_real, open_again
from blog.people.jobs import start_taking_out
from blog.people.listing import Portrait, people_to_decide, portrait_of, settled_people
from blog.people.removing import Removal, plan_removal

__all__ = [
    "MOST_IN_REQUEST",
    "DecisionError",
    "Portrait",
    "Removal",
    "call_invented",
    "call_real",
    "open_again",
    "people_to_decide",
    "plan_removal",
    "portrait_of",
    "settled_people",
    "start_taking_out",
]
