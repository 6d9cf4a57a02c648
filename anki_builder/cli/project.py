"""The edge to the disk: which files are notes, which settings hold, where the package goes.

Nothing here stops at the first bad file: each is a diagnostic, and the others are read all the same.
"""

import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from fnmatch import translate
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from unicodedata import normalize

import click

from anki_builder.cli import SETTINGS
from anki_builder.cli.details import detail
from anki_builder.cli.files import LEDGER, as_on_disk, check_regular, read_ledger, write
from anki_builder.cli.trust import is_foreign, is_trusted
from anki_builder.cli.words import Problem
from anki_builder.config import Config, ConfigError, load, nearest
from anki_builder.diagnostic import Diagnostic, Rule
from anki_builder.message import Message
from anki_builder.source import Source, Span

CONFIG = "anki_builder.toml"

UNREADABLE = Rule(
    "unreadable-file",
    "error",
    "a file or folder cannot be read",
    "(a file without read permission, a link that leads to itself, a folder that a link inside it leads back to, "
    "two files whose names differ in the form of Unicode alone)",
    "Correct its permissions, remove the link, or rename the file; the other notes are built all the same.",
)
NOT_TEXT = Rule(
    "not-text",
    "error",
    "a file named like a note is not UTF-8 text",
    "(a file saved as GB18030, Big5, Shift JIS or Windows-1252; a picture named notes.md)",
    "Save it as UTF-8: `iconv -f GB18030 -t UTF-8 old.md > new.md`, with the encoding it is in.",
)
NO_FILES = Rule(
    "no-files",
    "error",
    "no notes were found",
    "(an empty folder, or one whose files have other endings than .md)",
    "Name a folder that holds Markdown files, or set `include` in anki_builder.toml.",
)
OTHER_FORMAT = Rule(
    "other-format",
    "warning",
    "a file that is not named like a note is read as Markdown",
    "anki-builder build film.srt",
    "Copy what you want to learn into a Markdown file (.md), or set `include` in anki_builder.toml if it is Markdown.",
)
FAILED = Rule(
    "program-fails",
    "error",
    "the program fails at a note",
    "(a note in a notation that was never tried)",
    "Please report it, with the note. The other notes are built all the same; `anki: false` in its front "
    "matter leaves this one out.",
)
RULES = (UNREADABLE, NOT_TEXT, NO_FILES, OTHER_FORMAT, FAILED)

T = TypeVar("T", bound=Callable[..., Any])
Used = dict[Path, bytes | None]
"""Digest of each file that was used, or the beginning of it; None for one that is not there."""

FORCE = f"{__name__}.force"
"""Key of `click.Context.meta`: whether an output may replace a file that is no output."""
PACKAGE_MARK = b"PK\3\4\x14\0\0\0\x08\0\0\0\x21\0"
"""The first bytes of a package of this program, which has the first day that an archive can name."""
PAGE_MARK = b'<meta name="generator" content="anki-builder">'
"""Stands at the beginning of a page of this program."""
_BEGINNING = 1024
"""Bytes of an output in which its mark stands."""
_ENCODINGS = ("gb18030", "big5", "shift_jis", "euc_kr", "windows-1252")
_ALONE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
"""A byte as of an accented letter between plain ones; in East Asian encodings most come in pairs."""
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_NUMBER = re.compile(r"(\d+)")


class UsageProblem(Problem):
    """A command called or configured wrongly: exit code 2."""


class SettingsFile(NamedTuple):
    """A file of settings, as it was read."""

    path: Path
    text: str


class Project(NamedTuple):
    """The notes, settings and output of a command."""

    root: Path
    """Folder the notes lie in, absolute; the ledger is in it."""
    files: tuple[Path, ...]
    """The notes, in natural order, absolute."""
    config: Config
    home: Path
    """Folder of the configuration file, else the working directory: what paths in settings are relative to."""
    collection: str
    output: Path
    whole: bool
    """`files` are all notes of `root`; else the others are left as they are."""
    diagnostics: tuple[Diagnostic, ...]
    keeping: Path
    """Folder the ledger lies in: `root`, unless nothing can be written there; then one beside the package."""
    partial: bool = False
    """The ledger knows notes that are there and not among those that were named: the package is then not the one of the whole."""
    paths: str = ""
    """The paths as they were given, each after a space: what a command that is suggested must be given, too."""
    output_option: str = ""
    """The same of the output."""
    named: frozenset[Path] | None = None
    """The notes that a package is made of, where `files` are more (`with_others`)."""
    settings: "SettingsFile | None" = None
    """Where `config` comes from."""
    retitle: bool = False
    """Send the notes again that have a former title, former tags or a former list of terms in Anki."""

    @property
    def ledger(self) -> Path:
        """Path of the ledger."""
        return self.keeping / LEDGER

    @property
    def arguments(self) -> str:
        """The paths and the output as they were given."""
        return self.paths + self.output_option

    @property
    def salt(self) -> str:
        """The name by which the notes of a new ledger differ from those of other projects in one Anki."""
        return self.config.collection or _folder(self.root).name or "Notes"

    @property
    def part(self) -> frozenset[str] | None:
        """`Source.name` of the notes that a package is made of; None for all."""
        return frozenset(map(self.name, self.named)) if self.named is not None else None

    def name(self, file: Path) -> str:
        """Return `Source.name` of a note; in composed form, so that it is one document on all systems."""
        return normalize("NFC", file.relative_to(self.root).as_posix())


def open_project(paths: Sequence[str], output: str | None = None) -> Project:
    """Find the notes, settings and output of a command called with `paths` (without any: `source`, else the working directory)."""
    # abspath, not resolve: a link names its folder, and `..` must go
    given = [as_on_disk(Path(os.path.abspath(path))) for path in paths or (["source"] if Path("source").is_dir() else ["."])]  # noqa: PTH100
    for path in given:
        if not os.path.lexists(path):
            raise UsageProblem("{path} does not exist{nearest}", path=shown(path), nearest=_nearest(path))
    root, is_whole = _root(given)
    if not paths:
        _refuse_home(root)
    config, home, settings = _settings(root)
    detail("settings: {file}", file=shown(settings.path) if settings is not None else Message("none"))
    config = config._replace(editor=config.editor.replace("{path}", f"{root.as_posix()}/{{file}}"))
    check_theme(config, home)
    _check_note_types(config)
    diagnostics: list[Diagnostic] = []
    files = _notes(given, config, diagnostics)
    only = given[0] if len(given) == 1 else None
    has_ledger = (root / LEDGER).exists()
    alone = only.stem if only is not None and not only.is_dir() and settings is None and not has_ledger else ""
    collection = config.collection or alone or _folder(root).name or "Notes"
    base = home if settings is not None else Path.cwd()
    target = Path(os.path.abspath(output)) if output else base / (config.output or f"build/{file_name(collection)}.apkg")  # noqa: PTH100
    keeping = root if has_ledger or os.access(root, os.W_OK) else target.with_suffix(".ledger")
    partial = not is_whole and any(root / name not in files and (root / name).is_file() for name in _known_to(root))
    if partial and not output:
        part = "part" if only is None else only.name if only.is_dir() else only.stem
        target = target.with_name(f"{target.stem}-{file_name(part)}{target.suffix}")
    refuse_to_replace(target, files, PACKAGE_MARK, Message("a package of this program"))
    if output and target.suffix.lower() != ".apkg":
        raise UsageProblem("{output} must end in .apkg: Anki knows packages by that", output=shown(target))
    detail("ledger: {file}", file=shown(keeping / LEDGER))
    return Project(
        root, tuple(files), config, home, collection, target, is_whole, tuple(diagnostics), keeping, partial,
        _quoted(*paths), _quoted("-o", output) if output else "", settings=settings,
    )  # fmt: skip


def _root(given: Sequence[Path]) -> tuple[Path, bool]:
    """Return the folder that the notes `given` lie in, and whether it is given as a whole."""
    is_whole = len(given) == 1 and given[0].is_dir()
    root = given[0] if is_whole else _common_folder([path if path.is_dir() else path.parent for path in given])
    with_ledger = _above(root, LEDGER)
    if with_ledger is not None and (with_ledger == root or _claims(with_ledger, given)):
        return with_ledger, is_whole and with_ledger == root
    return root, is_whole


def _nearest(path: Path) -> str:
    """Return ` (did you mean “x”?)` for what is called nearly as a path that is not there; else nothing."""
    try:
        return nearest(path.name, tuple(sorted(one.name for one in path.parent.iterdir() if not one.name.startswith("."))))
    except OSError:
        return ""


def _refuse_home(root: Path) -> None:
    """Raise `UsageProblem` for a home folder or a whole disk that nobody named, unless it was built or has settings."""
    is_meant = (root / CONFIG).is_file() or (root / LEDGER).is_file()
    if root in (Path("~").expanduser(), Path(root.anchor)) and not is_meant:
        raise UsageProblem(
            "{root} holds far more than notes: name the folder of your notes, as in `anki-builder build notes`", root=shown(root)
        )


def _notes(given: Sequence[Path], config: Config, diagnostics: list[Diagnostic]) -> dict[Path, None]:
    """Return the notes below some paths, each once; `diagnostics` collects what is wrong with them."""
    files: dict[Path, None] = {}
    for path in given:
        if path.is_dir():
            files.update(dict.fromkeys(_walk(path, config, diagnostics)))
            continue
        files[path] = None
        if not _matches(path.name, config.include):
            message = Message("it is not named like a note, and is read as Markdown all the same")
            diagnostics.append(Diagnostic(OTHER_FORMAT, Span(shown(path), 0), message, OTHER_FORMAT.cure))
    if not files and not diagnostics:
        message = Message("no notes (files that end in .md) are here")
        hint = Message("name a folder that holds Markdown files, or set `include` in anki_builder.toml")
        diagnostics.append(Diagnostic(NO_FILES, Span(shown(given[0]), 0), message, hint))
    return dict.fromkeys(_without_twins(files, diagnostics))


def _common_folder(folders: Sequence[Path]) -> Path:
    try:
        return Path(os.path.commonpath(folders))
    except ValueError:
        raise UsageProblem("these notes lie on several drives: build each drive by itself") from None


def _folder(root: Path) -> Path:
    """Return the folder that gives a collection its name."""
    return root.parent if root.name == "source" else root


def may_force(command: T) -> T:
    """Give a command the option `--force`, by which its output may replace a file that is no output."""
    option = click.option(
        "--force",
        is_flag=True,
        expose_value=False,
        callback=lambda context, _, given: context.meta.update({FORCE: given}),
        help="Write over a file that is no output of this program.",
    )
    return option(command)


def with_others(project: Project) -> Project:
    """Return a project whose `files` are all notes that share terms and sentences with those it was opened for.

    These are the notes that its ledger knows, and beside settings all that lie below them.
    """
    if project.whole:
        return project
    named = frozenset(project.files)
    known = _known_to(project.root)
    has_settings = (project.root / CONFIG).is_file()
    below = (
        [file for file in _without_twins(_walk(project.root, project.config, []), []) if not _is_nested(file, project.root)]
        if known or has_settings
        else []
    )
    others = [file for file in below if has_settings or file in named or project.name(file) in known]
    files = (*others, *(file for file in project.files if file not in set(others)))
    is_whole = bool(below) and set(files) == set(below)
    return project._replace(files=files, named=named if len(files) > len(named) else None, whole=is_whole)


def with_deck(project: Project, deck: str) -> Project:
    """Return a project with another setting `deck`. Raises `UsageProblem` for one that the settings could not have."""
    try:
        named = load({"deck": deck}, "--deck")
    except ConfigError as error:
        raise UsageProblem(str(error)) from None
    return project._replace(config=project.config._replace(deck=named.deck))


def _is_nested(file: Path, root: Path) -> bool:
    """Return whether a note belongs to a ledger further down than `root`."""
    return any((folder / LEDGER).is_file() for folder in file.parents if root in folder.parents)


def _claims(folder: Path, given: Iterable[Path]) -> bool:
    """Tell whether the ledger in `folder` is that of the notes `given` further down.

    Beside settings, or below the working directory, it is that of a project, to which a new folder belongs. Else it must know something
    of them: a package that was once made of `one/x.md` and `two/y.md` is no reason to put whatever else lies beside them into it.
    """
    if (folder / CONFIG).is_file() or Path.cwd() in folder.parents:
        return True
    names = [normalize("NFC", path.relative_to(folder).as_posix()) for path in given]
    return any(known == name or known.startswith(f"{name}/") for known in _known_to(folder) for name in names)


def _known_to(folder: Path) -> frozenset[str]:
    """Return the notes that the ledger in `folder` knows, as they are called there."""
    from anki_builder.ledger.file import former  # late: most builds are of whole folders

    try:
        return frozenset(former(read_ledger(folder) or b"").pairs)
    except OSError:  # reported where it is needed
        return frozenset()


def _quoted(*arguments: str) -> str:
    from shlex import quote

    return "".join(f" {quote(argument)}" for argument in arguments)


def refuse_to_replace(target: Path, notes: Iterable[Path], mark: bytes, kind: str) -> None:
    """Raise `UsageProblem` if writing `target` would destroy something that is no earlier output of this program.

    A file that exists must be empty or have `mark` at its beginning, whatever its case; with `--force` any file may be replaced, but never
    notes, the ledger, settings, or what is no file.
    """
    real = os.path.realpath(target)
    if os.path.basename(real) in (LEDGER, CONFIG, "pyproject.toml"):  # noqa: PTH119 (these functions take names of any length)
        raise UsageProblem("{file} is not {kind}, and would be lost: choose another output", file=shown(target), kind=kind)
    if not os.path.lexists(real):
        return
    if not os.path.isfile(real):  # noqa: PTH113
        raise UsageProblem("{file} is no file, but a folder, a pipe or a device: choose another output", file=shown(target))
    status = os.stat(real)  # noqa: PTH116
    if any(_is_same(note, status) for note in notes):
        raise UsageProblem("{file} is a note, and would be lost: choose another output", file=shown(target))
    with open(real, "rb") as file:  # noqa: PTH123
        begin = file.read(_BEGINNING)
    context = click.get_current_context(silent=True)
    is_forced = context is not None and context.meta.get(FORCE)
    if begin and mark.lower() not in begin.lower() and not is_forced:
        raise UsageProblem(
            "{file} exists and is not {kind}: choose another output, or replace it with --force",
            file=shown(target),
            kind=kind,
        )


def _is_same(note: Path, other: os.stat_result) -> bool:
    try:
        return os.path.samestat(note.stat(), other)
    except OSError:  # a note that is gone
        return False


def write_output(path: Path, text: str) -> None:
    """Replace a file by a text, whole or not at all, in a folder that is made if need be. Raises `UsageProblem` where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, text.encode("utf-8", "replace"))
    except OSError as error:
        raise UsageProblem("cannot write {file}: {reason}", file=shown(path), reason=error.strerror or error) from None


def _above(folder: Path, name: str) -> Path | None:
    return next((parent for parent in (folder, *folder.parents) if (parent / name).is_file()), None)


def _settings(root: Path) -> tuple[Config, Path, SettingsFile | None]:
    """Return the settings that the learner names, else the nearest at or above the notes, else above the working directory.

    With the settings comes the folder they were found in, and the file.
    """
    for file in _settings_files(root):
        if file.is_file():
            settings = SettingsFile(file, _settings_text(file))
            table = _own_table(settings)
            if table is None:
                continue
            if is_foreign(file) and not is_trusted(file, settings.text):
                raise UsageProblem(
                    "{file} belongs to another user of this machine: look at it, then `anki-builder build --trust`, "
                    "or put settings of your own beside the notes",
                    file=shown(file),
                )
            try:
                return load(table, shown(file), settings.text), file.parent, settings
            except ConfigError as error:
                raise UsageProblem(str(error)) from None
    return Config(), Path.cwd(), None


def _settings_files(root: Path) -> Iterator[Path]:
    """Yield where settings may be, the nearest first. Raises `UsageProblem` where the file that the learner names is not there."""
    context = click.get_current_context(silent=True)
    given: str | None = context.meta.get(SETTINGS) if context is not None else None
    if given is not None:
        named = Path(given)
        if not named.is_file():
            raise UsageProblem("{path} does not exist", path=shown(named))
        yield named
        return
    for folder in dict.fromkeys((root, *root.parents, Path.cwd(), *Path.cwd().parents)):
        yield from (folder / CONFIG, folder / "pyproject.toml")


def _own_table(settings: SettingsFile) -> dict[str, Any] | None:
    """Return the table of this program; None if the file, which other programs share, has no such table."""
    table = _table(settings)
    if settings.path.name != "pyproject.toml":
        return table
    tools = table.get("tool")
    if not isinstance(tools, dict) or not tools.keys() & {"anki_builder", "anki-builder"}:
        return None
    if "anki_builder" not in tools:
        raise UsageProblem("{path}: write `[tool.anki_builder]`, with an underscore", path=shown(settings.path))
    own = tools["anki_builder"]
    if not isinstance(own, dict):
        raise UsageProblem("{path}: `tool.anki_builder` takes a table of settings", path=shown(settings.path))
    return own


def _settings_text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, ValueError) as error:
        raise UsageProblem(f"{shown(file)}: {error}") from None


def check_theme(config: Config, home: Path) -> None:
    """Raise `UsageProblem` for a theme that is neither built-in nor a file of the learner's own."""
    if config.theme == Config().theme:
        return
    from anki_builder.templates import THEMES, theme_file  # late: most learners have that theme

    own = home / config.templates / theme_file(config.theme)
    if config.theme not in THEMES and not own.is_file():
        known = (*THEMES, *sorted(path.stem for path in own.parent.glob("*.css")))
        raise UsageProblem(
            "there is no theme “{theme}”: `theme` is one of {known}, or the name of a file {own}{nearest}",
            theme=config.theme,
            known=", ".join(known),
            own=shown(own),
            nearest=nearest(config.theme, known),
        )


def _check_note_types(config: Config) -> None:
    """Raise `UsageProblem` for fields and cards that cannot be added."""
    if config.note_types:
        from anki_builder.notes.kinds import kinds  # late: hardly a learner adds any

        try:
            kinds(config)
        except ConfigError as error:
            raise UsageProblem(f"`note_types`: {error}") from None


def _table(settings: SettingsFile) -> dict[str, Any]:
    import tomllib  # late: 4 ms that a folder without settings does not pay

    try:
        return tomllib.loads(settings.text)
    except ValueError as error:
        number = int(found[1]) if (found := _AT_LINE.search(str(error))) else 0
        if not number:
            raise UsageProblem(
                "{path}: at its end a bracket or a quotation mark is still open ({reason})",
                path=shown(settings.path),
                reason=error,
            ) from None
        raise UsageProblem(
            '{path}:{line}: “{text}” cannot be read: write `name = value`, text in straight quotation marks, as `theme = "paper"` '
            "({reason})",
            path=shown(settings.path),
            line=number,
            text=settings.text.split("\n")[number - 1].strip(),
            reason=error,
        ) from None
    except RecursionError:
        raise UsageProblem("{path}: lists are nested too deeply", path=shown(settings.path)) from None


def _walk(folder: Path, config: Config, diagnostics: list[Diagnostic]) -> list[Path]:
    """Return the notes below a folder in natural order. Links are followed, but each folder is read once, by its own name if it has one."""
    found: list[Path] = []
    seen: dict[tuple[int, int], Path] = {}
    for parent in Path(os.path.realpath(folder)).parents:
        with suppress(OSError):
            seen[_number(parent)] = folder
    folders, links = [folder], deque[Path]()
    while folders or links:
        place = folders.pop() if folders else links.popleft()
        try:
            first = seen.setdefault(_number(place), place)
            if first is not place:
                if first in place.parents:
                    hint = Message("remove the link: it leads back to a folder above it")
                    diagnostics.append(Diagnostic(UNREADABLE, Span(shown(place), 0), Message("the folder contains itself"), hint))
                continue
            entries = [entry for entry in os.scandir(place) if not entry.name.startswith(".")]
        except OSError as error:
            diagnostics.append(unreadable(place, error))
            continue
        for entry in sorted(entries, key=lambda entry: natural(entry.name)):
            if _matches(entry.name, config.exclude):
                continue
            if _is_folder(entry):
                (links if entry.is_symlink() else folders).append(place / entry.name)
            elif _matches(entry.name, config.include):
                found.append(place / entry.name)
    depth = len(folder.parts)
    return sorted(found, key=lambda path: [(natural(part), part) for part in path.parts[depth:]])


def _without_twins(files: Iterable[Path], diagnostics: list[Diagnostic]) -> Iterator[Path]:
    """Yield files without those that are called as an earlier one, but for the form of Unicode: a project knows both by one name."""
    first: dict[str, Path] = {}
    for file in files:
        other = first.setdefault(normalize("NFC", os.fspath(file)), file)
        if other == file:
            yield file
            continue
        message = Message("another file has this name, written in another form of Unicode")
        hint = Message("rename one of them: macOS and Windows, and the ledger, take the two names for one")
        diagnostics.append(Diagnostic(UNREADABLE, Span(shown(file), 0), message, hint))


def _number(folder: Path) -> tuple[int, int]:
    """Return what a folder is told by, whatever link led to it. Raises `OSError`."""
    status = folder.stat()
    return status.st_dev, status.st_ino


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself: reported where it is read
        return False


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return _pattern(patterns).match(_folded(name)) is not None


@cache
def _pattern(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Return what matches the folded names that fit any of some patterns; nothing fits none."""
    return re.compile("|".join([translate(_folded(pattern)) for pattern in patterns]) or "(?!)")


def _folded(name: str) -> str:
    return normalize("NFC", name).casefold()


@lru_cache(1 << 12)  # a name is sorted in its folder, and then among all
def natural(name: str) -> tuple[tuple[int, str], ...]:
    """Return a sort key by which `part 2` comes before `part 10`."""
    return tuple(
        (int(piece), "") if piece.isascii() and piece.isdigit() else (-1, piece.casefold())
        for piece in _NUMBER.split(normalize("NFC", name))
    )


def place_of(project: Project, file: Path) -> Source:
    """Return a note file as far as it is known without reading it: it has no text."""
    return Source(shown(file), project.name(file), "", str(file.parent))


def read_source(project: Project, file: Path, used: Used | None = None) -> tuple[Source | None, list[Diagnostic]]:
    """Return a note file decoded, or why it cannot be; `used` collects it."""
    place = place_of(project, file)
    return read_text(file, place.name, place.folder, used)


def read_text(file: Path, name: str, folder: str, used: Used | None = None) -> tuple[Source | None, list[Diagnostic]]:
    """Return a text file decoded, or why it cannot be; `used` collects it."""
    try:
        check_regular(file)
        data = file.read_bytes()
    except OSError as error:
        return None, [unreadable(file, error)]
    if used is not None:
        used[file] = sha256(data).digest()
    return decode(data, shown(file), name, folder)


def decode(data: bytes, path: str, name: str, folder: str) -> tuple[Source | None, list[Diagnostic]]:
    """Return the text of a note file: UTF-8 with or without byte order mark, or UTF-16 with one."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        begin = data.rfind(b"\n", 0, error.start) + 1
        column = len(data[begin : error.start].decode("utf-8", "replace")) + 1
        likely = _likely_encoding(data)
        hint = (
            Message("it may be {encoding}: save it as UTF-8", encoding=likely)
            if likely
            else Message("it does not look like a text file: rename or remove it")
        )
        message = Message("byte {byte:#04x} is not UTF-8", byte=data[error.start])
        return None, [Diagnostic(NOT_TEXT, Span(path, line, column), message, hint)]
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        message, hint = Message("there is a NUL character: this is no text file"), Message("rename or remove it")
        return None, [Diagnostic(NOT_TEXT, Span(path, line), message, hint)]
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Source(path, name, text, folder), []


def _likely_encoding(data: bytes) -> str | None:
    """Return the encoding that a text which is not UTF-8 most likely has; None for what is no text."""
    if b"\0" in data:
        return None
    is_western = 2 * len(_ALONE.findall(data)) > sum(byte >= 0x80 for byte in data)
    names = reversed(_ENCODINGS) if is_western else _ENCODINGS
    return next((name for name in names if _decodes(data, name)), None)


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def unreadable(path: Path, error: OSError) -> Diagnostic:
    """Return that a file or folder cannot be read, and why."""
    reason = (error.strerror or str(error)).lower()
    return Diagnostic(
        UNREADABLE,
        Span(shown(path), 0),
        Message("cannot be read: {reason}", reason=reason),
        Message("correct its permissions or remove it"),
    )


def shown(path: Path) -> str:
    """Return a path as the learner sees it: relative to the working directory where it lies below it or beside it."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # on another drive
        return path.as_posix()
    return Path(relative if not relative.startswith(f"..{os.sep}..{os.sep}..") else path).as_posix()


_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\.|$)", re.IGNORECASE)


def file_name(text: str) -> str:
    """Return a text as the name of a file, without ending, or of a folder; Windows takes it, too, which keeps some names for devices."""
    name = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "-", text).strip(" .-") or "notes"
    return f"_{name}" if _DEVICE.match(name) else name


def severities(diagnostics: Iterable[Diagnostic]) -> tuple[int, int]:
    """Return how many errors and warnings there are."""
    found = [diagnostic.rule.severity for diagnostic in diagnostics]
    return found.count("error"), found.count("warning")
