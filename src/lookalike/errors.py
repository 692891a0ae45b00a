"""Everything that can be refused or go wrong, one class for each thing a person can do something about.

Every error carries three sentences: what happened, why it matters, what to do. The command line prints all three;
a page shows all three. Three branches decide what the caller is told:

`BadInput`   what was given cannot be used (exit status 2)
`Refused`    what was asked is not allowed, or would not be honest (exit status 3)
`Fault`      something of ours failed (exit status 1)
"""

from __future__ import annotations


class LookalikeError(Exception):
    """The base of every error this package raises on purpose.

    what: what happened, with the name of the thing it happened to.
    why: why that matters, in a sentence. May be empty where `what` says it already.
    remedy: what the person can do now.
    """

    exit_status = 1

    def __init__(self, what: str, *, why: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.remedy = remedy

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.why, self.remedy) if part)

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the journey between worker processes with all three sentences."""
        return (_rebuild, (type(self), self.what, self.why, self.remedy, self.__dict__.copy()))


def _rebuild(kind: type[LookalikeError], what: str, why: str, remedy: str, state: dict[str, object]) -> LookalikeError:
    error = kind.__new__(kind)
    LookalikeError.__init__(error, what, why=why, remedy=remedy)
    error.__dict__.update(state)
    return error


class BadInput(LookalikeError):
    """What was given cannot be used as it is."""

    exit_status = 2


class Refused(LookalikeError):
    """What was asked is not allowed, or could not be answered honestly."""

    exit_status = 3


class Fault(LookalikeError):
    """Something of ours failed: a disk, a cache, a runtime."""

    exit_status = 1


# media: what comes in


class NotAnImage(BadInput):
    """The bytes are not a photograph in one of the accepted formats."""


class BrokenImage(BadInput):
    """The photograph is truncated or damaged, so that part of it would have to be invented."""


class ImageTooLarge(BadInput):
    """More pixels or more bytes than are decoded."""


class AnimatedImage(BadInput):
    """Several pictures in one file: a person has to choose one."""


class BadEdit(BadInput):
    """An edit whose parameters make no sense for this photograph, or an edit that does not exist."""


class BrokenClip(BadInput):
    """The clip cannot be decoded at the position the message names."""


class NoSuchFrame(BadInput):
    """The clip has no frame at the position asked for."""


class LiveSource(Refused):
    """A camera or a stream: faces are searched from recorded evidence only."""


class BrokenTransaction(BadInput):
    """A NIST-ITL file that does not parse, or that holds no photograph."""


# face: from pixels to a template


class BrokenPack(BadInput):
    """A matcher pack whose manifest or files are not what they should be."""


class PackHashDiffers(Refused):
    """A file of a matcher pack is not the file that its manifest names."""


class NoSuchPack(BadInput):
    """No matcher pack of that name is installed."""


class NoFaceFound(BadInput):
    """The detector found no face."""


class SeveralFaces(BadInput):
    """More than one face, and nobody has chosen."""


class NoSuchFace(BadInput):
    """A face number that the photograph does not have."""


class UnfitForComparison(Refused):
    """The face is too poor to be searched: what came back would be lookalikes."""


class RuntimeMissing(Fault):
    """Neither OpenVINO nor ONNX Runtime can run the pack."""


# gallery: templates at rest


class NoSuchGallery(BadInput):
    """The folder is not a gallery."""


class BadGalleryFolder(BadInput):
    """A folder in which no gallery can be made."""


class BrokenGallery(Fault):
    """The gallery on disk does not agree with itself."""


class PackDiffers(BadInput):
    """The gallery was enrolled with another matcher pack than the one given."""


class BadManifest(BadInput):
    """The enrolment manifest cannot be read, or lacks what a record needs."""


class BadRecord(BadInput):
    """One record of a manifest that cannot be enrolled: missing, duplicate or contradictory."""


class BadCandidateCount(BadInput):
    """A candidate list shorter than 2 or longer than 50."""


class SameGallery(BadInput):
    """One gallery named twice, or two of one name."""


class OtherGallery(BadInput):
    """A search record that was not made on this gallery."""


class BadSearchRecord(BadInput):
    """A file that is not a search record, or one that does not agree with itself."""


class KeyMissing(BadInput):
    """The master key of a gallery is not where it should be."""


class Cancelled(Refused):
    """A search that was cancelled while it ran: it has no result, not a part of one."""


class EmptyGallery(BadInput):
    """A gallery with no record that may be searched."""


class GalleryBusy(BadInput):
    """Another process is writing to the gallery."""


class BadValidation(BadInput):
    """A validation that cannot be read, or that does not belong to this gallery."""


# gallery, beyond one machine


class BadCluster(BadInput):
    """A cluster file that cannot be read, or a shard that does not fit into the cluster."""


class NoCluster(Fault):
    """Ray is not installed, or no Ray cluster answers."""


class IncompleteSearch(Refused):
    """A shard did not answer in time, or not for the state that was expected of it. shards: their names."""

    shards: tuple[str, ...] = ()


class ErasurePending(Fault):
    """An erasure that has not reached every replica yet."""


# strength: what a score is worth


class TooFewScores(BadInput):
    """Too few strangers to say what a score is worth."""


class BrokenRatios(BadInput):
    """Measured likelihood ratios that cannot be read, or that do not agree with themselves."""


# evaluation: how often it is wrong, and for whom


class BadEvaluation(BadInput):
    """An evaluation that cannot be made of what was given, or a report that is not one."""


# protocol: what an act needs


class BadFacts(BadInput):
    """Facts of an act that cannot be: of the wrong kind, blank, or contradicting each other."""


class BrokenProtocol(BadInput):
    """A file of rules that does not parse, or that says what no rule knows."""


class NoSuchProtocol(BadInput):
    """No pack of rules of that name is shipped."""


class NoSuchRule(BadInput):
    """A rule that does not exist."""


class BadAcceptance(BadInput):
    """An acceptance that names no unconfirmed entry as it stands."""


class UnacceptedEntries(Refused):
    """Entries that nobody has confirmed, and that the operator has not accepted."""


class PackNotInForce(Refused):
    """A pack that has expired, or that is not yet valid."""


class ActRefused(Refused):
    """An act that the policy does not allow. decision: the whole of it; facts: what it was made on."""

    decision: object = None
    facts: object = None


class BadEvidenceGraph(BadInput):
    """Evidence whose descent cannot be followed: a cycle, an unknown source, an item without a date."""


# signing


class BadSigningKey(BadInput):
    """The key that signs documents, or its certificate, is missing, unreadable or of another kind."""


class NotSigned(BadInput):
    """A document without a signature that can be read."""


# ledger: the record nobody can quietly change


class NoSuchLedger(BadInput):
    """The folder is not a ledger, or no ledger can be made in it."""


class BadEntry(BadInput):
    """What was to be recorded cannot be an entry, or a text is not one."""


class BadNote(BadInput):
    """A checkpoint, key or policy that is not in its form, or that no trusted key signed."""


class BadProof(BadInput):
    """A proof that does not show what it is said to show."""


class LedgerKeyMissing(BadInput):
    """A key of the ledger is not where it should be, or others may read it."""


class HistoryChanged(Refused):
    """The ledger is not the one that was signed, or not the one somebody holds a checkpoint of.

    kind: one word for what was found, as in docs/ledger-format.md. index: the entry it is about, where one is known.
    """

    kind: str = ""
    index: int | None = None


class LedgerForked(Refused):
    """What is to be signed does not continue what was signed before."""


class LedgerUnwritable(Refused):
    """The ledger cannot be written, so the act it was to record is not allowed."""


class ClockWentBack(Refused):
    """The clock is earlier than the ledger's last entry."""


class BrokenLedger(Fault):
    """The ledger's store does not agree with itself."""


class LedgerOutsideTransaction(Fault):
    """An entry was to be written outside the transaction of its act, or signed before it was committed."""


class ErasureUnfinished(Fault):
    """A payload whose key is destroyed, but whose traces a reader still keeps in a log."""


# disclosure: the packet that goes to court


class BadPacket(BadInput):
    """A packet that cannot be read, or that is not what its manifest says."""


class IncompletePacket(Refused):
    """What a packet is to be made of lacks something."""


class PacketChanged(Refused):
    """A packet was verified, and something about it is not as it should be."""


# casework: the site


class NotPermitted(Refused):
    """Somebody asked for what their roles, or the token, do not allow."""


class NotSignedIn(Refused):
    """Nobody is known to ask: no token, or one that is not, or no longer, good."""


class TooOften(Refused):
    """More was asked in a minute than is answered. wait: seconds until it can be asked again."""

    wait: int = 60


class NoAnswer(Fault):
    """A site that was asked over the network, and did not answer, or not as a Lookalike site does."""


class NotThere(BadInput):
    """Nothing of that name, or nothing that this person may see: the two are told alike."""


class ChangedMeanwhile(Refused):
    """Somebody else changed it after it was opened: nothing was overwritten."""


class NotNow(Refused):
    """An act out of its order: done already, closed, or waiting for another step."""


class BadForm(BadInput):
    """What was filled in cannot be used. fields: what is wrong with each, by name."""

    fields: dict[str, list[str]] = {}  # noqa: RUF012 - replaced by each error, never changed in place


class BrokenFile(Fault):
    """A stored file that is gone, or not the one that was stored."""


class FileTooLarge(BadInput):
    """A file larger than is taken in."""


class SiteNotReady(BadInput):
    """The site has no database, no keys or no ledger yet, or settings that cannot be."""


# the edge


class BadSetting(BadInput):
    """A setting that is not known, or whose value makes no sense."""


class OutputExists(BadInput):
    """A file that would be overwritten."""


class BadOutput(BadInput):
    """A place to write to that cannot be one."""


class OutputFailed(Fault):
    """A file that could not be written."""


# casework


class BadViewerState(BadInput):
    """The state of a comparison that cannot be read, or that does not fit its two pictures."""
