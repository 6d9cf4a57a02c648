"""Notes are recognised after edits: laws over collections edited at random."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_collection import Collection

ENOUGH = 0.995


def _share(seed: int, builds: int, edits: int) -> tuple[int, int]:
    """Return how many notes were merely edited, and how many of them kept their GUID."""
    collection = Collection(seed)
    first, before = collection.build()
    assert len(first.deck.notes) >= 200
    counts: Counter[str] = Counter()
    for _ in range(builds):
        for _ in range(edits):
            collection.edit()
        edited = set(collection.edited)
        identified, after = collection.build()
        guids = [dated.guid for dated in identified.deck.notes]
        assert len(guids) == len(set(guids)), "a GUID twice"
        owners = {guid: known for known, guid in before.items()}
        for known, guid in after.items():
            if known in before and known[0] not in edited and known[1] != "vocabulary":
                assert guid == before[known], "an unedited note lost its GUID"
            owner = owners.get(guid, known)
            if known[1] != "vocabulary":  # a term that several sentences share is one note, now of this one, now of that
                assert owner == known or owner not in after, "the GUID of another note that is still there"
        for known in set(after) & set(before):
            if known[0] in edited:
                counts["edited"] += 1
                counts["kept"] += after[known] == before[known]
        before = after
    return counts["edited"], counts["kept"]


def test_edited_notes_keep_their_guid() -> None:
    edited = kept = 0
    for seed in range(12):
        more, of_these = _share(seed, builds=8, edits=25)
        edited, kept = edited + more, kept + of_these
    assert edited > 1500
    assert kept / edited >= ENOUGH


@settings(max_examples=15, deadline=None)
@given(st.integers(min_value=100), st.integers(1, 4), st.integers(1, 120))
def test_no_note_takes_the_guid_of_another(seed: int, builds: int, edits: int) -> None:
    _share(seed, builds, edits)
