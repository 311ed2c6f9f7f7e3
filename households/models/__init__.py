from households.models.budgets import (
    Budget,
    BudgetCategory,
    BudgetDraft,
    BudgetFormula,
    BudgetLine,
    BudgetSnapshot,
)
from households.models.caseload import (
    CaseloadBatch,
    CaseloadMove,
    CaseloadPolicy,
    Cover,
    Reopening,
)
from households.models.datalife import (
    DisposalLine,
    DisposalMove,
    DisposalRun,
    DisposalSlip,
    LegalHold,
    PersonRequest,
    PrivacyNotice,
    RetentionRule,
    SlipSeries,
)
from households.models.debts import Debt
from households.models.documents import Document
from households.models.files import Address, Assignment, Household, Membership, NumberSeries, Situation
from households.models.letters import Letter, LetterSeries, LetterTemplate, LetterTemplateVersion
from households.models.merges import DistinctPersons, Merge
from households.models.notes import Note, NoteDraft
from households.models.partners import Partner
from households.models.persons import Person, PersonLink
from households.models.protection import EmergencyAccess, HouseholdProtection, NamedAccess
from households.models.referrals import ReferralIn, ReferralOut, Sharing
from households.models.takeover import TakeOver, TakeOverKey, TakeOverMapping, TakeOverRow, TakeOverRun
from households.models.tasks import DOERS, Task

__all__ = [
    "DOERS",
    "Address",
    "Assignment",
    "Budget",
    "BudgetCategory",
    "BudgetDraft",
    "BudgetFormula",
    "BudgetLine",
    "BudgetSnapshot",
    "CaseloadBatch",
    "CaseloadMove",
    "CaseloadPolicy",
    "Cover",
    "Debt",
    "DisposalLine",
    "DisposalMove",
    "DisposalRun",
    "DisposalSlip",
    "DistinctPersons",
    "Document",
    "EmergencyAccess",
    "Household",
    "HouseholdProtection",
    "LegalHold",
    "Letter",
    "LetterSeries",
    "LetterTemplate",
    "LetterTemplateVersion",
    "Membership",
    "Merge",
    "NamedAccess",
    "Note",
    "NoteDraft",
    "NumberSeries",
    "Partner",
    "Person",
    "PersonLink",
    "PersonRequest",
    "PrivacyNotice",
    "ReferralIn",
    "ReferralOut",
    "Reopening",
    "RetentionRule",
    "Sharing",
    "Situation",
    "SlipSeries",
    "TakeOver",
    "TakeOverKey",
    "TakeOverMapping",
    "TakeOverRow",
    "TakeOverRun",
    "Task",
]
