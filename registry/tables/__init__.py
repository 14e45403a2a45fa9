"""The tables, by subject. Rules that one row can carry are CHECK constraints here; the others live in ``domain`` and the
workflow."""

from registry.tables.cases import (
    CaseCounterRecord,
    CaseEventRecord,
    CaseEventTextRecord,
    CaseLinkRecord,
    CaseMentionRecord,
    CaseRecord,
    ServicePromiseRecord,
)
from registry.tables.columns import table_of
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
from registry.tables.mentions import ContentRecord, CorrectionRecord, MentionRecord, TaggingRecord
from registry.tables.outgoing import DeliveryRecord
from registry.tables.quality import AnswerWeekRecord, LabelWeekRecord
from registry.tables.recall import RecallAnswer, RecallCountRecord, RecallFigureRecord, RecallItemRecord, Stratum
from registry.tables.staff import PersonRecord
from registry.tables.stories import StoryBandRecord, StoryRecord, StorySignatureRecord

__all__ = [
    "AnswerWeekRecord",
    "CaseCounterRecord",
    "CaseEventRecord",
    "CaseEventTextRecord",
    "CaseLinkRecord",
    "CaseMentionRecord",
    "CaseRecord",
    "ContentRecord",
    "CorrectionRecord",
    "DeliveryRecord",
    "EntryRecord",
    "EntryState",
    "HostRecord",
    "KnownKeyRecord",
    "LabelWeekRecord",
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
    "StoryBandRecord",
    "StoryRecord",
    "StorySignatureRecord",
    "Stratum",
    "TaggingRecord",
    "table_of",
]
