"""Notes are recognised after edits: laws over collections edited at random."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_collection import Collection

ENOUGH = 0.995


def _share(seed: int, builds: int, edits: int) -> tuple[int, int]:
    """Return how many sentences were merely edited, and how many of them kept their GUID."""
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
        owners = {guid: number for number, guid in before.items()}
        for number, guid in after.items():
            if number in before and number not in edited:
                assert guid == before[number], "an unedited sentence lost its GUID"
            owner = owners.get(guid, number)
            assert owner == number or owner not in after, "the GUID of another sentence that is still there"
        for number in edited & set(after) & set(before):
            counts["edited"] += 1
            counts["kept"] += after[number] == before[number]
        before = after
    return counts["edited"], counts["kept"]


def test_edited_sentences_keep_their_guid() -> None:
    edited = kept = 0
    for seed in range(12):
        more, of_these = _share(seed, builds=8, edits=25)
        edited, kept = edited + more, kept + of_these
    assert edited > 900
    print(f"{kept} of {edited}")
    assert kept / edited >= ENOUGH


@settings(max_examples=15, deadline=None)
@given(st.integers(min_value=100), st.integers(1, 4), st.integers(1, 120))
def test_no_sentence_takes_the_guid_of_another(seed: int, builds: int, edits: int) -> None:
    _share(seed, builds, edits)
