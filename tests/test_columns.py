"""Nouns in columns are the nouns themselves, made where they are looked at and not before."""

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from anki_builder.columns import Columns, Parts, column, columns, parts


class Pair(NamedTuple):
    """A noun of two members."""

    left: int
    right: str


PAIRS = st.lists(st.builds(Pair, st.integers(), st.text(max_size=3)), min_size=1, max_size=5)


@given(PAIRS)
def test_columns_are_the_nouns_by_their_members(pairs: list[Pair]) -> None:
    held: Columns[Pair] = Columns(Pair, *columns(pairs))
    assert list(held) == pairs and held == pairs and len(held) == len(pairs)
    assert held[-1] == pairs[-1] and held[1:] == tuple(pairs[1:])
    assert all(type(one) is Pair for one in held)
    assert list(map(list, columns(held))) == list(map(list, columns(pairs)))
    for name in Pair._fields:
        assert list(column(held, name)) == list(column(pairs, name)) == [getattr(one, name) for one in pairs]
    assert held != [*pairs, pairs[0]] and held != "other"


@given(st.lists(PAIRS, max_size=4))
def test_parts_are_one_sequence(groups: list[list[Pair]]) -> None:
    whole = Parts([Columns(Pair, *columns(group)) for group in groups])
    flat = tuple(pair for group in groups for pair in group)
    assert whole == flat and len(whole) == len(flat) and bool(whole) == bool(flat)
    assert [list(part) for part in parts(whole)] == groups
    assert [list(part) for part in parts(flat)] == ([list(flat)] if flat else [])
    assert whole == Parts([flat]) if flat else whole == ()


def test_what_is_not_looked_into_is_not_made() -> None:
    made = []

    class Watched(Pair):
        def __new__(cls, left: int, right: str) -> "Watched":
            raise AssertionError("called")

    class Plain:
        def __init__(self, left: int, right: str) -> None:
            made.append((left, right))

    whole = Parts([Columns(Watched, (1, 2), ("a", "b")), Columns(Plain, (3,), ("c",))])
    assert len(whole) == 3 and list(column(parts(whole)[0], "right")) == ["a", "b"]
    assert made == []
    assert whole[0] == (1, "a") and made == [(3, "c")]
    assert list(whole) and list(whole) and made == [(3, "c")]
