"""The words of the room: acts, offices, roles, and the closed lists that facts and parameters are written in."""

from __future__ import annotations

from enum import StrEnum


class Act(StrEnum):
    """What somebody wants to do. One that no rule speaks of is refused."""

    REQUEST = "request"
    SEARCH = "search"
    SHOW = "show"
    EXAMINE = "examine"
    LEAD = "lead"
    LINEUP = "lineup"
    WARRANT = "warrant"
    COURT = "court"
    RECORD = "record"
    REPORT = "report"


class Protection(StrEnum):
    """The five protections. The officials of 2020 spoke of five without a list: this one is a reconstruction."""

    SERIOUS_CRIME = "serious crime only"
    EVIDENCE = "a still of evidence, fit for comparison"
    TWO_EXAMINERS = "two blind examiners agree"
    SUPERVISOR = "a supervisor answers for it"
    LEAD_ONLY = "a lead only"


class Owner(StrEnum):
    """Whose it is to supply a fact."""

    INVESTIGATOR = "investigator"
    EXAMINER = "examiner"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR_OF_LINEUP = "administrator of the lineup"
    PROSECUTOR = "prosecutor"
    CUSTODIAN = "custodian"
    BOARD = "board"
    AGENCY_ADMINISTRATOR = "agency administrator"
    SYSTEM = "system"


class Ordered(StrEnum):
    """A list written from the least to the most. `at_least` compares by that order, not by the alphabet."""

    def at_least(self, floor: Ordered) -> bool:
        """Whether this stands at `floor` or above it in the order of definition."""
        order = list(type(self))
        return order.index(self) >= order.index(type(self)(floor))


class Role(StrEnum):
    """What somebody may be in this system."""

    INVESTIGATOR = "investigator"
    EXAMINER = "examiner"
    SUPERVISOR = "supervisor"
    LINEUP_ADMINISTRATOR = "lineup_administrator"
    PROSECUTOR = "prosecutor"
    CUSTODIAN = "custodian"
    AUDITOR = "auditor"
    BOARD = "board"
    ADMINISTRATOR = "administrator"


class Office(StrEnum):
    """The office under which somebody signs."""

    SUPERVISOR = "supervisor"
    LIEUTENANT = "lieutenant"
    CAPTAIN = "captain"
    PROSECUTOR_SUPERVISOR = "prosecutor_supervisor"
    BOARD = "board"
    INDEPENDENT_AUTHORITY = "independent_authority"


class PoliceOffice(Ordered):
    """The offices that answer for an act within the police, from the lowest."""

    SUPERVISOR = "supervisor"
    LIEUTENANT = "lieutenant"
    CAPTAIN = "captain"


class PaperKind(StrEnum):
    """What a public body approves, or files, before anybody searches."""

    BOARD_POLICY = "board_policy"
    AUTHORISATION = "authorisation"
    GALLERY_AGREEMENT = "gallery_agreement"
    PUBLIC_NOTICE = "public_notice"
    ACCOUNTABILITY_REPORT = "accountability_report"
    IMPACT_ASSESSMENT = "impact_assessment"
    REGISTRATION = "registration"
    BIAS_TEST = "bias_test"
    WHO_WHERE_RULE = "who_where_rule"
    AGENCY_APPROVAL = "agency_approval"
    STATE_MODEL_POLICY = "state_model_policy"


class OtherPurpose(StrEnum):
    """Why a face is searched where there is no crime."""

    DECEASED = "deceased"
    MISSING = "missing"
    INCAPACITATED = "incapacitated"
    AT_RISK = "at_risk"
    THREAT_TO_LIFE = "threat_to_life"
    THREAT_TO_PUBLIC_SAFETY = "threat_to_public_safety"
    VICTIM = "victim"
    DETAINED = "detained"
    TRAFFICKING = "trafficking"
    NONE_OF_THESE = "none_of_these"


class Suspicion(Ordered):
    """How much the written facts support, from the least."""

    NONE = "none"
    REASONABLE_SUSPICION = "reasonable_suspicion"
    FAIR_PROBABILITY = "fair_probability"
    PROBABLE_CAUSE = "probable_cause"


class Route(StrEnum):
    """On what authority a search is asked."""

    OWN_CASE = "own_case"
    COURT_ORDER = "court_order"
    WARRANT = "warrant"
    EMERGENCY = "emergency"
    COURT_ORDER_MISSING = "court_order_missing"


class AgencyKind(StrEnum):
    """What kind of body asks."""

    LAW_ENFORCEMENT = "law_enforcement"
    PROSECUTOR = "prosecutor"
    OTHER_PUBLIC = "other_public"
    PRIVATE = "private"


class Purpose(StrEnum):
    """What a search is for, the forbidden purposes among them."""

    IDENTIFY_SUSPECT = "identify_suspect"
    IDENTIFY_VICTIM = "identify_victim"
    IDENTIFY_WITNESS = "identify_witness"
    IDENTIFY_REMAINS = "identify_remains"
    IDENTIFY_MISSING = "identify_missing"
    SURVEILLANCE = "surveillance"
    TRACKING = "tracking"
    PREDICTIVE = "predictive"
    IMMIGRATION = "immigration"
    FIRST_AMENDMENT = "first_amendment"
    RELIGION = "religion"
    POLITICS = "politics"
    RACE = "race"
    ETHNICITY = "ethnicity"
    CITIZENSHIP = "citizenship"
    ORIGIN = "origin"
    AGE = "age"
    DISABILITY = "disability"
    GENDER = "gender"
    ORIENTATION = "orientation"
    OTHER_PROTECTED = "other_protected"
    PROTEST = "protest"
    HARASSMENT = "harassment"


class ProbeKind(StrEnum):
    """What the probe is."""

    STILL_FROM_EVIDENCE = "still_from_evidence"
    RECORDED_VIDEO = "recorded_video"
    LIVE_STREAM = "live_stream"
    MOBILE_CAPTURE = "mobile_capture"
    SKETCH = "sketch"
    COMPOSITE = "composite"
    LOOKALIKE = "lookalike"
    PASTED = "pasted"
    SYNTHETIC = "synthetic"
    SOCIAL_MEDIA = "social_media"
    BOOKING_PHOTO = "booking_photo"


class Fit(StrEnum):
    """What the quality of the probe allows. The names are those of `lookalike.face.quality.Fitness`."""

    FIT = "fit"
    POOR = "poor"
    UNFIT = "unfit"


class TrainingKind(StrEnum):
    """What somebody was trained in."""

    FACE_COMPARISON = "face_comparison"
    POLICY_AND_PROCESS = "policy_and_process"
    SUPERVISED_SEARCHES = "supervised_searches"
    RISKS_AND_ERROR_RATES = "risks_and_error_rates"
    STATE_ANNUAL = "state_annual"
    SYSTEM_ADVANCED = "system_advanced"


class Source(StrEnum):
    """Where the photographs of a gallery come from."""

    BOOKING = "booking"
    CORRECTIONS = "corrections"
    DRIVER_LICENCE = "driver_licence"
    ID_CARD = "id_card"
    FEDERAL_CRIMINAL = "federal_criminal"
    SOCIAL_MEDIA = "social_media"
    OTHER = "other"


class RecordStatus(StrEnum):
    """The state of a record. The words are those of `lookalike.gallery.records.Status`."""

    ACTIVE = "active"
    SEALED = "sealed"
    DISMISSED = "dismissed"
    EXPUNGED = "expunged"


class Conclusion(StrEnum):
    """What one examiner concluded."""

    POSSIBLE_CANDIDATE = "possible_candidate"
    NO_CANDIDATE = "no_candidate"
    UNSUITABLE = "unsuitable"
    INCONCLUSIVE = "inconclusive"


class Seen(StrEnum):
    """What an examiner could see beside the photographs."""

    SCORE = "score"
    RANK = "rank"
    FIRST_RESULT = "first_result"
    FIRST_EXAMINER = "first_examiner"
    NARRATIVE = "narrative"
    DEMOGRAPHICS = "demographics"
    CANDIDATE_STATUS = "candidate_status"


class Statement(StrEnum):
    """What the sheet of a lead says of itself."""

    LEAD_ONLY = "lead_only"
    NOT_IDENTIFICATION = "not_identification"
    NOT_PROBABLE_CAUSE = "not_probable_cause"
    INVESTIGATE_FURTHER = "investigate_further"


class Disclosure(StrEnum):
    """What the sheet of a lead tells against itself."""

    QUALITY = "quality"
    OBSTRUCTIONS = "obstructions"
    PRIOR_SEARCHES = "prior_searches"
    PHOTO_DATE = "photo_date"
    PHOTO_EXPIRED = "photo_expired"
    OTHERS_NOT_RETURNED = "others_not_returned"
    DESCRIPTION_CONTRADICTIONS = "description_contradictions"
    OTHER_EXAMINERS = "other_examiners"


class Forbidden(StrEnum):
    """What neither a page nor a sheet may show."""

    PERCENT = "percent"
    SCORE = "score"
    RANK = "rank"
    MATCH_WORD = "match_word"
    GREEN_TICK = "green_tick"
