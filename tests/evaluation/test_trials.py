"""The searches of an evaluation against the same worked out one by one, the slow way."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from lookalike.errors import BadEvaluation, EmptyGallery
from lookalike.evaluation.captures import Workbook
from lookalike.evaluation.searches import KEPT, Searches
from lookalike.evaluation.trials import STRANGERS, Enrolled, enrolled, pairs, search_all, search_samples
from lookalike.face.template import compare
from lookalike.gallery.gallery import Gallery
from lookalike.strength.reference import Reference
from lookalike.strength.tail import expected_lookalikes
from tests.conftest import NOW, new
from tests.evaluation.trial_samples import DIMENSIONS, World, active, best_of, mate_of, probe, world

MADE = world(np.random.default_rng(7))
REFERENCE = Reference(
    mean=0.0,
    mean_sd=0.05,
    spread=0.18,
    spread_log_sd=0.2,
    shape=-0.1,
    shape_sd=0.1,
    survival=(0.5, 0.01, 0.0001),
    deviation=(0.0, 2.3, 3.6),
    source="Invented.",
)


@pytest.fixture
def gallery(make_gallery: Callable[..., Gallery]) -> Gallery:
    """The invented records, in several deliveries."""
    made = make_gallery(*MADE.records[:50], dimensions=DIMENSIONS)
    with made.writing():
        for start in range(50, len(MADE.records), 17):
            made.add(MADE.records[start : start + 17], at=NOW)
    return made


def searched(
    gallery: Gallery, folder: Path, *, made: World = MADE, workers: int = 1, name: str = "book"
) -> tuple[Searches, np.ndarray, Enrolled]:
    """Search every probe."""
    inside = enrolled(gallery)
    with closing(Workbook(folder / name, {})) as book:
        return *search_all(made.probes, gallery, inside, REFERENCE, book, workers=workers), inside


def test_the_gallery_is_read_in_the_order_of_its_ids_and_only_what_may_be_searched(gallery: Gallery) -> None:
    inside = enrolled(gallery)
    wanted = active(MADE)
    assert [record.id for record in inside.records] == [new.record.id for new in wanted]
    assert np.array_equal(inside.templates, np.array([new.template for new in wanted]))
    assert inside.snapshot == gallery.snapshot().id


def test_every_search_is_what_it_is_worked_out_one_by_one(gallery: Gallery, tmp_path: Path) -> None:
    found, rows, inside = searched(gallery, tmp_path)
    records = active(MADE)
    people = {record.record.person_id for record in records}
    labels = {record.record.person_id: record.record.labels.get("cohort", "") for record in records}
    assert found.cohorts == ("A", "B", "C", "Ü")
    seen = {"none": 0, "tied": 0, "first": 0, "later": 0, "same photograph": 0}
    for i, one in enumerate(MADE.probes):
        best = best_of(one, records)
        scores = np.array(sorted(best.values(), reverse=True))
        own = one.image.person_id in people
        assert found.persons[i] == len(best) == len(people) - own
        kept = min(KEPT, len(scores))
        assert np.array_equal(found.stranger_score[i, :kept], scores[:kept])
        assert np.isnan(found.stranger_score[i, kept:]).all()
        told = [e.persons for e in expected_lookalikes(scores, len(best), scores[:kept], REFERENCE)]
        assert np.array_equal(found.stranger_expected[i, :kept], told)
        for score, cohort, row in zip(scores[:kept], found.stranger_cohort[i], rows[i], strict=False):
            person = inside.records[row].person_id
            assert best[person] == score
            assert ("", *found.cohorts)[cohort + 1] == labels[person]
        assert (rows[i, kept:] == -1).all()
        assert (found.stranger_cohort[i, kept:] == -1).all()
        mate = mate_of(one, records)
        if mate is None:
            seen["same photograph" if own else "none"] += 1
            assert found.mate_rank[i] == 0
            assert np.isnan(found.mate_score[i])
            assert np.isnan(found.mate_expected[i])
            continue
        rank = 1 + int((scores >= mate).sum())
        seen["tied" if mate in scores else "first" if rank == 1 else "later"] += 1
        assert (found.mate_rank[i], found.mate_score[i]) == (rank, mate)
        everybody = np.sort(np.append(scores, mate))[::-1]
        (told_mate,) = expected_lookalikes(everybody, len(best) + 1, [mate], REFERENCE)
        assert found.mate_expected[i] == told_mate.persons
    assert min(seen.values()) > 0, seen
    names = sorted({one.image.person_id for one in MADE.probes})
    assert [names[person] for person in found.person] == [one.image.person_id for one in MADE.probes]
    assert [("", *found.cohorts)[c + 1] for c in found.cohort] == [one.image.cohort for one in MADE.probes]
    assert list(found.fitness) == [one.fitness for one in MADE.probes]
    assert list(found.quality["Sharpness"]) == [one.quality["Sharpness"] for one in MADE.probes]


def same(a: Searches, b: Searches) -> bool:
    """Whether two tables are the same to the last bit."""
    names = [name for name in Searches.__dataclass_fields__ if name not in ("quality", "cohorts", "conditions")]
    return all(np.array_equal(getattr(a, name), getattr(b, name), equal_nan=True) for name in names)


def test_two_workers_and_a_second_run_find_the_same_as_one(gallery: Gallery, tmp_path: Path) -> None:
    one, rows, inside = searched(gallery, tmp_path)
    with closing(Workbook(tmp_path / "book", {})) as book:
        done = book.done("search")
        assert sorted(done) == sorted(probe.image.line for probe in MADE.probes)
        at: list[tuple[int, int]] = []
        again, _ = search_all(
            MADE.probes, gallery, inside, REFERENCE, book, workers=1, on_progress=lambda *now: at.append(now)
        )
    assert at == [(len(MADE.probes), len(MADE.probes))]
    # half of them done, the other half by two workers
    half = dict(list(done.items())[::2])
    with closing(Workbook(tmp_path / "half", {})) as book:
        book.keep("search", half.items())
        two, others = search_all(MADE.probes, gallery, inside, REFERENCE, book, workers=2)
    assert same(one, again)
    assert same(one, two)
    assert np.array_equal(rows, others)


def test_a_gallery_that_changes_meanwhile_ends_the_evaluation(gallery: Gallery, tmp_path: Path) -> None:
    inside = enrolled(gallery)
    with gallery.writing():
        gallery.add([new("late", MADE.records[0].template, person="Late")], at=NOW)
    with closing(Workbook(tmp_path / "book", {})) as book, pytest.raises(BadEvaluation, match="was changed"):
        search_all(MADE.probes, gallery, inside, REFERENCE, book, workers=1)


def test_a_gallery_of_too_few_is_refused_before_any_work(make_gallery: Callable[..., Gallery]) -> None:
    templates = np.random.default_rng(1).integers(-99, 99, (51, 8)) | 1
    fifty = [new(f"R{i}", code) for i, code in enumerate(templates)]
    with pytest.raises(BadEvaluation, match="holds 50 people"):
        enrolled(make_gallery(*fifty[:50], dimensions=8, name="fifty"))
    assert len(enrolled(make_gallery(*fifty, dimensions=8, name="more")).records) == 51
    with pytest.raises(EmptyGallery):
        enrolled(make_gallery(dimensions=8, name="empty"))


def test_a_smaller_gallery_holds_nobody_of_the_probe_and_is_drawn_by_the_seed(gallery: Gallery) -> None:
    inside = enrolled(gallery)
    records = active(MADE)
    some = MADE.probes[:12]
    first = search_samples(some, inside, REFERENCE, 55, seed=3, workers=1)
    again = search_samples(some, inside, REFERENCE, 55, seed=3, workers=2)
    other = search_samples(some, inside, REFERENCE, 55, seed=4, workers=1)
    assert same(first, again)
    assert not np.array_equal(first.stranger_score, other.stranger_score, equal_nan=True)
    for i, one in enumerate(some):
        drawn = first.stranger_score[i][~np.isnan(first.stranger_score[i])]
        assert (first.persons[i], len(drawn), first.mate_rank[i]) == (55, 55, 0)
        # a score that occurs once names its person; each is the best of one stranger
        left = sorted(best_of(one, records).values())
        for score in drawn:
            left.remove(score)
        told = [e.persons for e in expected_lookalikes(drawn, 55, drawn, REFERENCE)]
        assert np.array_equal(first.stranger_expected[i, :55], told)


def test_comparisons_for_the_ratio_are_the_mates_and_strangers_that_are_drawn(gallery: Gallery) -> None:
    inside = enrolled(gallery)
    records = active(MADE)
    found = pairs(MADE.probes, inside, seed=5)
    assert np.array_equal(found.mated, found.persons[:, 0] == found.persons[:, 1])
    names = sorted({p.image.person_id for p in MADE.probes} | {r.record.person_id for r in records})
    place = 0
    for one in MADE.probes:
        assert one.template is not None
        wanted: dict[str, list[float]] = {name: [] for name in names}
        for record in records:
            wanted[record.record.person_id].append(compare(one.template, record.template).score)
        others = np.flatnonzero(found.persons[place:, 0] != found.persons[place, 0])
        rows = range(place, place + int(others[0]) if others.size else len(found.score))
        assert names[found.persons[place, 0]] == one.image.person_id
        mated = [found.score[i] for i in rows if found.mated[i]]
        assert max(mated, default=None) == mate_of(one, records)
        strangers = [i for i in rows if not found.mated[i]]
        assert 0 < len(strangers) <= STRANGERS
        for i in strangers:
            wanted[names[found.persons[i, 1]]].remove(found.score[i])  # none is drawn twice
        assert {found.fitness[i] for i in rows} == {one.fitness}
        place = rows.stop
    assert place == len(found.score)
    assert np.array_equal(found.score, pairs(MADE.probes, inside, seed=5).score)
    assert not np.array_equal(found.score[~found.mated], pairs(MADE.probes, inside, seed=6).score[~found.mated])


def test_a_photograph_in_another_encoding_is_no_mate_of_itself(
    make_gallery: Callable[..., Gallery], tmp_path: Path
) -> None:
    rng = np.random.default_rng(2)
    templates = rng.integers(-120, 121, (60, DIMENSIONS)).astype(np.int8)
    records = [new(f"R{i:02}", code) for i, code in enumerate(templates)]
    again = templates[5].copy()
    again[:3] += 1
    assert 0.99 <= compare(again, templates[5]).score < 1
    made = World(tuple(records), (probe(2, "PR05", again), probe(3, "PR06", templates[7])))
    found, _, _ = searched(make_gallery(*records, dimensions=DIMENSIONS), tmp_path, made=made)
    assert found.mate_rank[0] == 0
    assert found.mate_rank[1] > 1
    assert found.stranger_score[1, 0] == 1.0
