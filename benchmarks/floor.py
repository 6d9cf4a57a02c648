"""The floor of a build: split the bytes of all notes at blank lines, and pack ready rows at the raw limit.

    python -m benchmarks.floor FOLDER PACKAGE

The rows are those of the package that the program built of the folder, loaded before the clock starts; schema, page size and
compression are the same. Prints CPU seconds of splitting and of packing as JSON.
"""

import json
import re
import sqlite3
import sys
import tempfile
import time
import zipfile
from pathlib import Path

BLANK = re.compile(rb"\r?\n[ \t]*\r?\n")


def main(folder: str, package: str) -> None:
    from anki_builder.package import PAGE_SIZE
    from benchmarks.pack import LEVEL

    with tempfile.TemporaryDirectory() as place:
        zipfile.ZipFile(package).extract("collection.anki2", place)
        with sqlite3.connect(Path(place) / "collection.anki2") as built:
            schema = [sql for (sql,) in built.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC")]
            rows = {name: built.execute(f"SELECT * FROM {name}").fetchall() for name in ("col", "notes", "cards")}
        started = time.process_time()
        blocks = sum(len(BLANK.split(path.read_bytes())) for path in sorted(Path(folder).rglob("*.md")))
        split = time.process_time()
        database = Path(place) / "floor.anki2"
        connection = sqlite3.connect(database, isolation_level=None)
        connection.executescript(f"PRAGMA page_size={PAGE_SIZE};PRAGMA synchronous=OFF;PRAGMA journal_mode=OFF;BEGIN")
        for sql in (sql for sql in schema if sql.startswith("CREATE TABLE") and "sqlite_" not in sql):
            connection.execute(sql)
        for name, content in rows.items():
            connection.executemany(f"INSERT INTO {name} VALUES({','.join('?' * len(content[0]))})", content)
        for sql in (sql for sql in schema if sql.startswith("CREATE INDEX")):
            connection.execute(sql)
        connection.execute("COMMIT")
        connection.close()
        with zipfile.ZipFile(Path(place) / "floor.apkg", "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
            archive.write(database, "collection.anki2")
            archive.writestr("media", "{}")
        packed = time.process_time()
    print(json.dumps({"blocks": blocks, "split": split - started, "pack": packed - split}))


if __name__ == "__main__":
    main(*sys.argv[1:])
