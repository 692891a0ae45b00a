"""The words of what follows a lead: lineups, packets, courts, and the records that are kept or destroyed."""

from __future__ import annotations

from enum import StrEnum


class FillersBy(StrEnum):
    """How the fillers of a lineup were chosen."""

    DESCRIPTION = "description"
    LIKENESS = "likeness"


class Presentation(StrEnum):
    """How the photographs are put before the witness."""

    SEQUENTIAL = "sequential"
    SIMULTANEOUS = "simultaneous"


class Administration(StrEnum):
    """What the one who holds the lineup can know."""

    DOUBLE_BLIND = "double_blind"
    BLINDED = "blinded"
    SELF_ADMINISTERED = "self_administered"
    INFORMED = "informed"


class Instruction(StrEnum):
    """What the witness is told beforehand."""

    MAY_NOT_BE_PRESENT = "may_not_be_present"
    NEED_NOT_CHOOSE = "need_not_choose"
    NO_KNOWLEDGE = "no_knowledge"
    GOES_ON_REGARDLESS = "goes_on_regardless"
    NO_NEW_INFORMATION = "no_new_information"


class Recording(StrEnum):
    """How the lineup is recorded. REFUSED_IN_WORDS: the witness refused, and said so in words that are kept."""

    VIDEO = "video"
    AUDIO = "audio"
    REFUSED_IN_WORDS = "refused_in_words"
    NONE = "none"


class ConfidenceTaken(StrEnum):
    """When the confidence of the witness is written down."""

    VERBATIM_AT_ONCE = "verbatim_at_once"
    LATER = "later"
    NONE = "none"


class LineupOutcome(StrEnum):
    """How a lineup ended. A filler chosen, or nobody because the witness saw nobody there, speaks for the suspect."""

    SUSPECT = "suspect"
    FILLER = "filler"
    NOT_PRESENT = "not_present"
    DONT_KNOW = "dont_know"
    BROKEN_OFF = "broken_off"


class CheckState(StrEnum):
    """How far an alibi or a location was looked into."""

    NOT_TRIED = "not_tried"
    TRIED_NO_ANSWER = "tried_no_answer"
    TRIED_ANSWERED = "tried_answered"


class Proceeding(StrEnum):
    """Before which court."""

    WARRANT_APPLICATION = "warrant_application"
    PRELIMINARY_HEARING = "preliminary_hearing"
    TRIAL = "trial"
    OTHER = "other"


class ShownFor(StrEnum):
    """To what end a court is shown the search."""

    PROBABLE_CAUSE = "probable_cause"
    POSITIVE_IDENTIFICATION = "positive_identification"
    GUILT = "guilt"
    EXCULPATION = "exculpation"
    OTHER = "other"


class PacketItem(StrEnum):
    """What a packet for the prosecutor and the defence can hold."""

    USED = "used"
    SYSTEMS = "systems"
    SYSTEM_NAMES = "system_names"
    MAKER = "maker"
    DATABASES = "databases"
    DATABASE_DESCRIPTION = "database_description"
    ALL_RESULTS = "all_results"
    ACTIONABLE_RESULTS = "actionable_results"
    CANDIDATE_LISTS = "candidate_lists"
    PROBE_ORIGINAL = "probe_original"
    EDITED_COPIES = "edited_copies"
    EDITS = "edits"
    GALLERY_PHOTO = "gallery_photo"
    PHOTO_DATE = "photo_date"
    QUALITY = "quality"
    OBSTRUCTIONS = "obstructions"
    EXAMINERS = "examiners"
    EXAMINER_TRAINING = "examiner_training"
    ANALYST_REPORT = "analyst_report"
    OTHER_SEARCHES = "other_searches"
    NO_CANDIDATE_RESULTS = "no_candidate_results"
    REQUEST = "request"
    WHO_WAS_SHOWN = "who_was_shown"
    ERROR_RATES = "error_rates"
    NIST_RESULTS = "nist_results"
    FEATURES_MEASURED = "features_measured"
    RANK_AND_ORDERING = "rank_and_ordering"
    LIST_OF_WHO_HAS_ACCESS = "list_of_who_has_access"
    SOURCE_CODE_ID = "source_code_id"
    TOOLS_AND_USE = "tools_and_use"
    FLAWS = "flaws"
    LINEUP_REPORT = "lineup_report"
    EVIDENCE_GRAPH = "evidence_graph"
    EXCULPATORY_EVIDENCE = "exculpatory_evidence"
    REFUSALS = "refusals"
    LEDGER_PROOFS = "ledger_proofs"
    VERSIONS = "versions"
    VALIDATION_REPORT = "validation_report"
    COHORT_DIFFERENTIALS = "cohort_differentials"
    KNOWN_ANSWER_RESULTS = "known_answer_results"
    STATUTORY_STATEMENTS = "statutory_statements"


class Recipient(StrEnum):
    """To whom a packet is handed."""

    PROSECUTOR = "prosecutor"
    DEFENCE = "defence"


class Wish(StrEnum):
    """What is to happen to a record."""

    SEARCH = "search"
    KEEP_SEALED = "keep_sealed"
    DESTROY = "destroy"
    CERTIFY = "certify"


class ItemKind(StrEnum):
    """What kind of record it is."""

    ARREST_RECORD = "arrest_record"
    FINGERPRINTS = "fingerprints"
    PHOTOGRAPH = "photograph"
    TEMPLATE = "template"
    DNA = "dna"
    CANDIDATE_LIST = "candidate_list"
    PROBE = "probe"
    LOG = "log"


class DispositionKind(StrEnum):
    """How the case behind a record ended."""

    DISMISSED = "dismissed"
    ACQUITTED = "acquitted"
    NO_CHARGE = "no_charge"
    CONVICTED = "convicted"
    OTHER = "other"


class Proof(StrEnum):
    """What shows that something was destroyed."""

    NEGATIVE_SEARCH = "negative_search"
    BYTE_SCAN = "byte_scan"
    KEYS_DESTROYED = "keys_destroyed"
    RECEIPTS = "receipts"
    CERTIFICATE = "certificate"
