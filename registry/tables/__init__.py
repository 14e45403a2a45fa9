"""The tables, by subject. Rules that one row can carry are CHECK constraints here; the others live in ``domain`` and the
workflow."""

from registry.tables.cases import (
    CaseAttachmentRecord,
    CaseCounterRecord,
    CaseEventRecord,
    CaseEventTextRecord,
    CaseIntakeRecord,
    CaseLinkRecord,
    CaseMentionRecord,
    CasePartyRecord,
    CaseRecord,
    ServicePromiseRecord,
)
from registry.tables.columns import table_of
from registry.tables.day import AuditRecord, ContactRecord, CrisisRecord, HandoverRecord, SpecialDayRecord
from registry.tables.directories import ImprovementRecord, JourneyRecord, JourneyStageRecord, LiaisonRecord
from registry.tables.gathering import (
    EntryRecord,
    EntryState,
    KnownKeyRecord,
    OutletRecord,
    ProblemRecord,
    Rows,
    SeenHashRecord,
    SeenRecord,
    SourceRecord,
)
from registry.tables.habits import SourceDayRecord, SourceHourRecord
from registry.tables.hosts import HostRecord
from registry.tables.mentions import (
    ContentRecord,
    CorrectionRecord,
    MentionFileRecord,
    MentionRecord,
    TaggingRecord,
    TakenIdRecord,
)
from registry.tables.outgoing import DeliveryRecord
from registry.tables.quality import AnswerWeekRecord, LabelWeekRecord
from registry.tables.recall import RecallAnswer, RecallCountRecord, RecallFigureRecord, RecallItemRecord, Stratum
from registry.tables.staff import PersonRecord
from registry.tables.stories import StoryBandRecord, StoryPinRecord, StoryRecord, StorySignatureRecord

__all__ = [
    "AnswerWeekRecord",
    "AuditRecord",
    "CaseAttachmentRecord",
    "CaseCounterRecord",
    "CaseEventRecord",
    "CaseEventTextRecord",
    "CaseIntakeRecord",
    "CaseLinkRecord",
    "CaseMentionRecord",
    "CasePartyRecord",
    "CaseRecord",
    "ContactRecord",
    "ContentRecord",
    "CorrectionRecord",
    "CrisisRecord",
    "DeliveryRecord",
    "EntryRecord",
    "EntryState",
    "HandoverRecord",
    "HostRecord",
    "ImprovementRecord",
    "JourneyRecord",
    "JourneyStageRecord",
    "KnownKeyRecord",
    "LabelWeekRecord",
    "LiaisonRecord",
    "MentionFileRecord",
    "MentionRecord",
    "OutletRecord",
    "PersonRecord",
    "ProblemRecord",
    "RecallAnswer",
    "RecallCountRecord",
    "RecallFigureRecord",
    "RecallItemRecord",
    "Rows",
    "SeenHashRecord",
    "SeenRecord",
    "ServicePromiseRecord",
    "SourceDayRecord",
    "SourceHourRecord",
    "SourceRecord",
    "SpecialDayRecord",
    "StoryBandRecord",
    "StoryPinRecord",
    "StoryRecord",
    "StorySignatureRecord",
    "Stratum",
    "TaggingRecord",
    "TakenIdRecord",
    "table_of",
]
