"""Calls to a running Anki: what comes back, and what is said where nothing does."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from anki_server import AnkiServer, Fault

from anki_builder.anki.client import AnkiProblem, Client, Refused


@pytest.fixture
def server(tmp_path: Path) -> Iterator[AnkiServer]:
    with AnkiServer(tmp_path / "collection.anki2") as server:
        yield server


def test_calls_give_what_anki_has(server: AnkiServer) -> None:
    client = Client(server.url)
    assert client.call("version") == 6
    assert client.many([("findNotes", {"query": ""}), ("modelFieldNames", {"modelName": "Basic"})]) == [[], ["Front", "Back"]]
    assert client.call_long("exportPackage", deck="Nowhere", path="x") is False
    assert client.many([]) == []


def test_an_error_of_anki_is_handed_on(server: AnkiServer) -> None:
    with pytest.raises(Refused, match=r"Anki could not do `modelFieldNames`: model was not found: Nothing"):
        Client(server.url).call("modelFieldNames", modelName="Nothing")


def test_a_key_is_given_with_every_call(tmp_path: Path) -> None:
    with AnkiServer(tmp_path / "collection.anki2", key="secret") as server:
        assert Client(server.url, "secret").many([("version", {})]) == [6]
        with pytest.raises(AnkiProblem, match="wants a key: copy `apiKey`"):
            Client(server.url).call("version")
        with pytest.raises(AnkiProblem, match="wants another key"):
            Client(server.url, "wrong").call("version")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("cut", "Anki broke off during `version`: start it again"),
        ("crash", "Anki broke off during `version`: start it again"),
        ("half", "Anki broke off during `version`: start it again"),
        ("slow", "Anki gave no answer to `version` within 0 seconds: close its open dialogs"),
        ("key", "AnkiConnect wants a key"),
        ("profile", "no profile is open in Anki: choose one there"),
        ("not-json", "is no AnkiConnect; write the address"),
    ],
)
def test_every_fault_is_a_sentence_with_a_cure(server: AnkiServer, fault: Fault, words: str) -> None:
    server.fail_at(0, fault)
    with pytest.raises(AnkiProblem) as problem:
        Client(server.url, patience=0.3).call("version")
    assert words in str(problem.value)
    assert Client(server.url).call("version") == 6


def test_an_anki_that_is_not_there_is_a_sentence_with_a_cure() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(AnkiProblem, match=r"start Anki, and keep it open; if it is open, install AnkiConnect .* code 2055492159"):
        Client(f"http://127.0.0.1:{port}").call("version")


def test_an_old_add_on_is_a_sentence_with_a_cure(server: AnkiServer) -> None:
    with pytest.raises(AnkiProblem, match="does not know `fly`: update the add-on 2055492159"):
        Client(server.url).call("fly")
