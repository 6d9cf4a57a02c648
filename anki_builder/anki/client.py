"""Calls to AnkiConnect: JSON over HTTP. Whatever keeps an answer from coming is an `AnkiProblem` with its cure."""

import json
from collections.abc import Sequence
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

from anki_builder.message import Message

ADDRESS = "http://127.0.0.1:8765"
"""AnkiConnect's own."""
ADD_ON = "2055492159"
"""The number by which Anki's add-on dialog finds AnkiConnect."""
PATIENCE = 60
"""Seconds for which one call may take; Anki answers nothing while it is busy."""
LONG_PATIENCE = 900
"""Seconds for an import or an export: 40,000 notes take more than a minute in older versions of Anki."""
_VERSION = 6
_BATCH = 100
"""Calls that are sent together: Anki's window does not react until all of them are done."""

NEEDED = frozenset(
    "addTags areSuspended changeDeck deleteNotes exportPackage findCards findNotes getDecks getMediaDirPath importPackage modelFieldNames"
    " modelNamesAndIds modelStyling modelTemplates notesInfo removeTags suspend unsuspend updateModelStyling updateModelTemplates"
    " updateNoteFields".split()
)
"""The actions without which nothing can be sent or read."""

Call = tuple[str, dict[str, Any]]
"""An action with its parameters."""


class AnkiProblem(Exception):
    """Anki cannot do what it was asked; the text says why, and what the learner can do."""


class Refused(AnkiProblem):
    """AnkiConnect answered a call with an error."""


class Unknown(AnkiProblem):
    """AnkiConnect does not know an action."""


class Client:
    """Calls AnkiConnect at one address."""

    def __init__(
        self, url: str = ADDRESS, key: str = "", patience: float = PATIENCE, long_patience: float = LONG_PATIENCE
    ) -> None:
        self.url, self.patience, self.long_patience = url, patience, long_patience
        self._key = key
        self._actions: frozenset[str] | None = None
        """Those that AnkiConnect knows, once it was asked."""
        self._opener = build_opener(ProxyHandler({}))  # Anki is on this machine or beside it, not behind a proxy

    def call(self, action: str, **parameters: Any) -> Any:
        """Return the result of one action. Raises `AnkiProblem`."""
        return self._result(action, self._answer(self._request(action, parameters), self.patience))

    def call_long(self, action: str, **parameters: Any) -> Any:
        """Return the result of an action that may take minutes. Raises `AnkiProblem`."""
        return self._result(action, self._answer(self._request(action, parameters), self.long_patience))

    def many(self, calls: Sequence[Call]) -> list[Any]:
        """Return the results of several actions, made in few requests. Raises `AnkiProblem` at the first that fails."""
        results: list[Any] = []
        for start in range(0, len(calls), _BATCH):
            batch = calls[start : start + _BATCH]
            inner = [self._request(action, parameters) for action, parameters in batch]
            answers = self.call_long("multi", actions=inner)
            if not isinstance(answers, list) or len(answers) != len(batch):
                raise AnkiProblem(
                    Message(
                        "AnkiConnect gave no answer to some of {number} calls; update the add-on {code}",
                        number=len(batch),
                        code=ADD_ON,
                    )
                )
            results += [self._result(action, answer) for (action, _), answer in zip(batch, answers, strict=True)]
        return results

    def knows(self, action: str) -> bool:
        """Return whether AnkiConnect says that it knows an action; versions that cannot say know none of the newer ones."""
        return action in self._known()

    def require(self) -> None:
        """Raise `AnkiProblem` if an action is missing that is needed, before anything is sent."""
        if self._known() and (missing := sorted(NEEDED - self._known())):
            raise Unknown(_too_old(missing[0]))

    def _known(self) -> frozenset[str]:
        if self._actions is None:
            try:
                self._actions = frozenset(self.call("apiReflect", scopes=["actions"], actions=None)["actions"])
            except Unknown:
                self._actions = frozenset()
        return self._actions

    def _request(self, action: str, parameters: dict[str, Any]) -> dict[str, Any]:
        request: dict[str, Any] = {"action": action, "version": _VERSION, "params": parameters}
        return request | {"key": self._key} if self._key else request

    def _answer(self, request: dict[str, Any], patience: float) -> Any:
        """Return the decoded answer to a request."""
        data = json.dumps(request).encode()
        try:
            with self._opener.open(Request(self.url, data, {"Content-Type": "application/json"}), timeout=patience) as response:
                body = response.read()
        except HTTPError as error:
            raise AnkiProblem(
                Message(
                    "what answers at {url} is no AnkiConnect: it says {code}; {advice}",
                    url=self.url,
                    code=error.code,
                    advice=_other_address(),
                )
            ) from None
        except TimeoutError:
            raise AnkiProblem(_too_slow(request["action"], patience)) from None
        except URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise AnkiProblem(_too_slow(request["action"], patience)) from None
            raise AnkiProblem(
                Message(
                    "nothing answers at {url}: start Anki, and keep it open; if it is open, install AnkiConnect in "
                    "it (Tools → Add-ons → Get Add-ons, code {code}) and start it again",
                    url=self.url,
                    code=ADD_ON,
                )
            ) from None
        except (OSError, HTTPException):
            raise AnkiProblem(
                Message(
                    "Anki broke off during `{action}`: start it again, then run the same command again",
                    action=request["action"],
                )
            ) from None
        try:
            return json.loads(body)
        except ValueError:
            raise AnkiProblem(
                Message("what answers at {url} is no AnkiConnect; {advice}", url=self.url, advice=_other_address())
            ) from None

    def _result(self, action: str, answer: Any) -> Any:
        """Return the result in an answer."""
        if not isinstance(answer, dict) or answer.keys() != {"result", "error"}:
            raise AnkiProblem(
                Message(
                    "AnkiConnect gave an answer to `{action}` that this program does not understand: {answer!r}; update "
                    "the add-on {code}",
                    action=action,
                    answer=str(answer)[:80],
                    code=ADD_ON,
                )
            )
        if answer["error"] is None:
            return answer["result"]
        error = str(answer["error"])
        if "api key" in error:
            problem = Message("another key") if self._key else Message("a key")
            raise AnkiProblem(
                Message(
                    "AnkiConnect wants {problem}: copy `apiKey` from its settings in Anki (Tools → Add-ons → "
                    'AnkiConnect → Config) into anki_builder.toml, as `anki = {{key = "…"}}`',
                    problem=problem,
                )
            )
        if "collection is not available" in error or "NoneType" in error:
            raise AnkiProblem(Message("no profile is open in Anki: choose one there, then run the same command again"))
        if "unsupported action" in error:
            raise Unknown(_too_old(action))
        raise Refused(Message("Anki could not do `{action}`: {error}", action=action, error=error))


def _other_address() -> str:
    return Message('write the address of AnkiConnect into anki_builder.toml, as `anki = {url = "http://127.0.0.1:8765"}`')


def _too_old(action: str) -> Message:
    return Message("this AnkiConnect does not know `{action}`: update the add-on {code}", action=action, code=ADD_ON)


def _too_slow(action: str, patience: float) -> str:
    return Message(
        "Anki gave no answer to `{action}` within {seconds:.0f} seconds: close its open dialogs and "
        "wait until it reacts, then run the same command again",
        action=action,
        seconds=patience,
    )
