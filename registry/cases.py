"""Cases: the door to how they are registered, worked and read (REQUIREMENTS 3). ``registry.casework`` holds the rooms behind
it."""

from registry.casework.deadlines import keep_promise
from registry.casework.reading import CaseOrder, case_view, find_case, list_cases, read_history
from registry.casework.registration import register_flagged
from registry.casework.review import accept_mention, reject_mention, review_list
from registry.casework.workflow import act, link, moves_for

__all__ = [
    "CaseOrder",
    "accept_mention",
    "act",
    "case_view",
    "find_case",
    "keep_promise",
    "link",
    "list_cases",
    "moves_for",
    "read_history",
    "register_flagged",
    "reject_mention",
    "review_list",
]
