"""The people of a case."""

from __future__ import annotations

from lookalike.casework.acting import Acting, Doing, act
from lookalike.casework.cases.models import Case
from lookalike.casework.corroboration.hands import locked, require_hand, say, wrong
from lookalike.casework.corroboration.models import Party
from lookalike.casework.people.models import Person
from lookalike.ledger.acts import Act
from lookalike.protocol.persons import person_of


def add_party(who: Acting, case: Case, *, name: str, account: Person | None = None, note: str = "") -> Party:
    """Enter somebody: a witness, an officer, whoever collected or said something. account: of an officer who has one.

    Somebody of that name is entered once; entering them again the same gives the same. Raises BadForm, NotPermitted.
    """
    require_hand(who, case)
    _right(name)
    known = _named(case, name)
    if known is not None and known.account == account and known.note == note.strip():
        return known
    with act(who, Act.EVIDENCE_RECORD, objects=[("case", case.public_id)]) as doing:
        row = locked(who, case)
        if _named(row, name) is not None:
            raise wrong("Somebody of this name is entered.", name="Add what tells the two apart, or use the entry.")
        if account is not None and row.parties.filter(account=account).exists():
            raise wrong("This account is entered.", account="Somebody with this account is a party already.")
        party = Party.objects.create(
            case=row, name=name.strip(), account=account, note=note.strip(), added_by=who.person, added_at=who.at
        )
        say(doing, "party", party)
    return party


def party_named(doing: Doing, case: Case, name: str) -> Party:
    """The party of a name, entered now where there is none. Call inside the act. Raises BadForm."""
    _right(name)
    known = _named(case, name)
    if known is not None:
        return known
    made = Party.objects.create(case=case, name=name.strip(), added_by=doing.who.person, added_at=doing.who.at)
    say(doing, "party", made)
    return made


def _right(name: str) -> None:
    if not name.strip() or len(name.strip()) > 200:
        raise wrong("A name is missing.", name="Give the name as it stands in the file, at most 200 characters.")


def _named(case: Case, name: str) -> Party | None:
    return next((one for one in case.parties.order_by("pk") if person_of(one.name) == person_of(name)), None)
