"""A running Anki with AnkiConnect, as the program sees it: the actions that it uses, over a collection of the real Anki.

Written from what the add-on's documentation says of each action and from what was observed of it: `importPackage` merges note types,
`exportPackage` of an unknown deck gives false, `notesInfo` has no times, errors are texts beside an empty result. Any call can be made
to fail: `server.fail_at(3, "cut")`.
"""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Literal

import pytest

pytest.importorskip("anki", reason="the real Anki (pip install anki) is the judge here")

from anki.collection import (
    DeckIdLimit,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)
from anki.errors import NotFoundError
from anki_collection import opened

Fault = Literal["cut", "crash", "half", "slow", "key", "profile", "not-json"]
"""cut: the connection ends before anything is done; crash: after it is done; half: in the middle of the answer; slow: the answer takes
longer than the client waits; key: another key is asked for; profile: no collection is open; not-json: something else answers."""
SLOW = 1.0
"""Seconds by which a slow answer is late."""


class _Cut(Exception):
    """The connection is to end without an answer."""


class AnkiServer:
    """Anki, running. A context manager."""

    def __init__(self, path: Path, key: str = "") -> None:
        self.path, self.key = path, key
        self.collection = opened(path)
        self.calls: list[str] = []
        """Actions that came, those within `multi` one by one."""
        self.unknown = {"notesModTime"}
        """Actions that this version of the add-on does not have."""
        self.before: dict[int, Callable[[], object]] = {}
        """What happens in Anki just before a call, by its number from 0."""
        self._faults: dict[int, Fault] = {}
        self._server = HTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "AnkiServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.collection.close()

    def stop(self) -> None:
        """End the server; the collection stays open."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    def fail_at(self, number: int, fault: Fault) -> None:
        """Let the call with this number, counted from the next one, fail once."""
        self._faults[len(self.calls) + number] = fault

    def before_call(self, number: int, act: Callable[[], object]) -> None:
        """Let something happen in Anki before the call with this number, counted from the next one."""
        self.before[len(self.calls) + number] = act

    def clear(self) -> None:
        """Let nothing fail."""
        self._faults.clear()
        self.before.clear()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        anki = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                try:
                    body, cut = anki._body(request)
                except _Cut:
                    self.close_connection = True
                    return
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body[: len(body) // 2] if cut else body)
                except BrokenPipeError:  # the client waited no longer
                    self.close_connection = True

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        return Handler

    def _body(self, request: dict[str, Any]) -> tuple[bytes, bool]:
        """Return the answer to a request, and whether only half of it comes."""
        self._half = False
        answer = self._answer(request)
        if answer == "not-json":
            return b"<html>It works!</html>", False
        return json.dumps(answer).encode(), self._half

    def _answer(self, request: dict[str, Any]) -> Any:
        action, parameters = request["action"], request.get("params", {})
        if action == "multi":
            return {"result": [self._answer(inner) for inner in parameters["actions"]], "error": None}
        number = len(self.calls)
        self.calls.append(action)
        if number in self.before:
            self.before.pop(number)()
        fault = self._faults.pop(number, None)
        if fault == "cut":
            raise _Cut
        if fault == "not-json":
            return "not-json"
        if fault == "key" or request.get("key", "") != self.key:
            return _error("valid api key must be provided")
        if fault == "profile":
            return _error("collection is not available")
        method = None if action in self.unknown else getattr(self, f"do_{action}", None)
        if method is None:
            return _error("unsupported action")
        try:
            result = method(**parameters)
        except Exception as error:  # AnkiConnect hands every error on as its text
            return _error(str(error))
        if fault == "crash":
            raise _Cut
        if fault == "slow":
            time.sleep(SLOW)
        self._half = self._half or fault == "half"
        return result if request.get("version", 4) < 5 else {"result": result, "error": None}

    # Actions

    def do_version(self) -> int:
        return 6

    def do_apiReflect(self, scopes: list[str], actions: list[str] | None) -> dict[str, list[str]]:
        known = {name.removeprefix("do_") for name in dir(self) if name.startswith("do_")} - self.unknown
        return {"scopes": ["actions"], "actions": sorted(known if actions is None else known & set(actions))}

    def do_notesModTime(self, notes: list[int]) -> list[dict[str, int]]:
        times = {number: self.collection.db.scalar("select mod from notes where id = ?", number) for number in notes}
        return [{} if mod is None else {"noteId": number, "mod": mod} for number, mod in times.items()]

    def do_sync(self) -> None:
        return None

    def do_getMediaDirPath(self) -> str:
        return str(self.collection.media.dir())

    def do_modelNamesAndIds(self) -> dict[str, int]:
        return {found.name: found.id for found in self.collection.models.all_names_and_ids()}

    def do_modelFieldNames(self, modelName: str) -> list[str]:
        return [field["name"] for field in self._model(modelName)["flds"]]

    def do_modelTemplates(self, modelName: str) -> dict[str, dict[str, str]]:
        return {card["name"]: {"Front": card["qfmt"], "Back": card["afmt"]} for card in self._model(modelName)["tmpls"]}

    def do_modelStyling(self, modelName: str) -> dict[str, str]:
        return {"css": self._model(modelName)["css"]}

    def do_updateModelTemplates(self, model: dict[str, Any]) -> None:
        found = self._model(model["name"])
        for card in found["tmpls"]:
            new = model["templates"].get(card["name"], {})
            card["qfmt"], card["afmt"] = new.get("Front") or card["qfmt"], new.get("Back") or card["afmt"]
        self.collection.models.update_dict(found)

    def do_updateModelStyling(self, model: dict[str, Any]) -> None:
        found = self._model(model["name"])
        found["css"] = model["css"]
        self.collection.models.update_dict(found)

    def _model(self, name: str) -> Any:
        self.collection.models._clear_cache()
        found = self.collection.models.by_name(name)
        if found is None:
            raise ValueError(f"model was not found: {name}")
        return found

    def do_findNotes(self, query: str) -> list[int]:
        return list(self.collection.find_notes(query))

    def do_findCards(self, query: str) -> list[int]:
        return list(self.collection.find_cards(query))

    def do_notesInfo(self, notes: list[int]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for number in notes:
            try:
                note = self.collection.get_note(number)
            except NotFoundError:
                found.append({})
                continue
            fields = {name: {"value": value, "order": order} for order, (name, value) in enumerate(note.items())}
            name = note.note_type()["name"]
            found.append(
                {"noteId": number, "tags": note.tags, "fields": fields, "modelName": name, "cards": list(note.card_ids())}
            )
        return found

    def do_getDecks(self, cards: list[int]) -> dict[str, list[int]]:
        decks: dict[str, list[int]] = {}
        for number in cards:
            deck = self.collection.decks.name(self.collection.db.scalar("select did from cards where id = ?", number))
            decks.setdefault(deck, []).append(number)
        return decks

    def do_exportPackage(self, deck: str, path: str, includeSched: bool = False) -> bool:
        found = self.collection.decks.by_name(deck)
        if found is None:
            return False
        options = ExportAnkiPackageOptions(
            with_scheduling=includeSched, with_deck_configs=includeSched, with_media=True, legacy=True
        )
        self.collection.export_anki_package(out_path=path, options=options, limit=DeckIdLimit(deck_id=found["id"]))
        return True

    def do_importPackage(self, path: str) -> bool:
        options = ImportAnkiPackageOptions(merge_notetypes=True, with_scheduling=True, with_deck_configs=True)
        self.collection.import_anki_package(ImportAnkiPackageRequest(package_path=path, options=options))
        self.collection.models._clear_cache()
        return True

    def do_updateNoteFields(self, note: dict[str, Any]) -> None:
        found = self.collection.get_note(note["id"])
        for name, value in note["fields"].items():
            if name in found:
                found[name] = value
        self.collection.update_note(found)

    def do_addTags(self, notes: list[int], tags: str) -> None:
        self.collection.tags.bulk_add(notes, tags)

    def do_removeTags(self, notes: list[int], tags: str) -> None:
        self.collection.tags.bulk_remove(notes, tags)

    def do_changeDeck(self, cards: list[int], deck: str) -> None:
        self.collection.set_deck(cards, self.collection.decks.id(deck))

    def do_suspend(self, cards: list[int]) -> bool:
        self.collection.sched.suspend_cards(cards)
        return True

    def do_unsuspend(self, cards: list[int]) -> bool:
        self.collection.sched.unsuspend_cards(cards)
        return True

    def do_areSuspended(self, cards: list[int]) -> list[bool | None]:
        queues = [self.collection.db.scalar("select queue from cards where id = ?", number) for number in cards]
        return [None if queue is None else queue == -1 for queue in queues]

    def do_deleteNotes(self, notes: list[int]) -> None:
        self.collection.remove_notes(notes)


def _error(text: str) -> dict[str, Any]:
    return {"result": None, "error": text}
