"""What the registry shows to the other stages: frozen values, never rows, so that nothing outside it depends on a session."""

from registry.views.cases import AttachmentView, CaseRow, CaseView, DeliveryView, EventView, LinkView, PartyView, RegisterResult
from registry.views.doctor import Check, Finding
from registry.views.figures import Counts, Tally, WeekFigures
from registry.views.gathering import (
    Health,
    InboxResult,
    NextAction,
    OutletRow,
    PendingEntry,
    ProblemView,
    SourceView,
    StoredMention,
    StoryJoin,
    Subject,
)
from registry.views.mentions import CorrectionView, MentionRow, MentionView, Review, TrainingRow
from registry.views.page import Page
from registry.views.people import PersonView

__all__ = [
    "AttachmentView",
    "CaseRow",
    "CaseView",
    "Check",
    "CorrectionView",
    "Counts",
    "DeliveryView",
    "EventView",
    "Finding",
    "Health",
    "InboxResult",
    "LinkView",
    "MentionRow",
    "MentionView",
    "NextAction",
    "OutletRow",
    "Page",
    "PartyView",
    "PendingEntry",
    "PersonView",
    "ProblemView",
    "RegisterResult",
    "Review",
    "SourceView",
    "StoredMention",
    "StoryJoin",
    "Subject",
    "Tally",
    "TrainingRow",
    "WeekFigures",
]
