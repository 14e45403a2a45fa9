"""Cases: the door to how they are registered, worked and read (REQUIREMENTS 3). ``registry.casework`` holds the rooms behind
it."""

from registry.casework.assignment import Candidate, candidates
from registry.casework.attachments import AttachmentContent, attach
from registry.casework.attachments import content as attachment_content
from registry.casework.deadlines import keep_promise
from registry.casework.escalation import Escalated, escalate_due, steps_due
from registry.casework.intake import Intake, Party, check_intake, known_cases, open_direct, open_many
from registry.casework.intake_fields import NAMES as INTAKE_NAMES
from registry.casework.intake_fields import intake_of, topic_of
from registry.casework.joining import merge, split, unlink
from registry.casework.reading import CaseOrder, case_view, find_case, list_cases, read_history
from registry.casework.registration import register_flagged
from registry.casework.review import accept_mention, reject_mention, review_list
from registry.casework.story_hands import join_stories_by_hand, split_story
from registry.casework.workflow import act, link, moves_for

__all__ = [
    "INTAKE_NAMES",
    "AttachmentContent",
    "Candidate",
    "CaseOrder",
    "Escalated",
    "Intake",
    "Party",
    "accept_mention",
    "act",
    "attach",
    "attachment_content",
    "candidates",
    "case_view",
    "check_intake",
    "escalate_due",
    "find_case",
    "intake_of",
    "join_stories_by_hand",
    "keep_promise",
    "known_cases",
    "link",
    "list_cases",
    "merge",
    "moves_for",
    "open_direct",
    "open_many",
    "read_history",
    "register_flagged",
    "reject_mention",
    "review_list",
    "split",
    "split_story",
    "steps_due",
    "topic_of",
    "unlink",
]
