"""A run folder as tables of DuckDB, to ask in SQL what no report answers."""

from pathlib import Path

import duckdb

from experiments.drawn import read_parameters
from experiments.errors import Refused, unreadable
from experiments.files import PARAMETERS, RUNS, SERIES, TABLES
from experiments.folder import Folder
from experiments.made import refuse_others

# without the time zone, which Python could only read with another library
WORLDS = "select * replace (lower(hex(key)) as key, make_timestamp(epoch_us(meta_started)) as meta_started)"
ONCE = """qualify row_number() over (partition by "group", policy, draw, replicate order by status <> 'ok')
= 1"""


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """A connection in memory with views on the files of a run folder, which it never writes:

    ``runs`` (a row a world, the one that ended well if it was run twice; ``key`` as hexadecimal text, times
    in UTC), ``series``, ``parameters``, and each of ``TABLES`` that has been written; of the draws and
    replicates that were asked for last, as these tables are.
    Raises ``Refused`` if it is not a run folder, has no world yet, is damaged or has tables of other worlds,
    ``Unable`` if it cannot be read.

    >>> connect(Path("runs/mine")).sql("select policy, avg(jobs_net) from runs group by policy")
    """
    folder = Folder(path)
    if not folder.index(folder.manifest["hashes"]).rows:
        raise Refused(f"{path}: has no world yet")
    refuse_others(folder)
    connection = duckdb.connect()
    draws, replicates = (int(folder.manifest[name]) for name in ("draws", "replicates"))
    asked = f"where draw < {draws} and replicate < {replicates}"
    runs = _parquet(folder.shards(RUNS))
    connection.execute(f"create view runs as {WORLDS} from {runs} {asked} {ONCE}")
    if series := folder.verified(SERIES):
        connection.execute(f"create view series as select * from {_parquet(series)} {asked}")
    if (path / PARAMETERS).exists():
        read_parameters(path)
        rows = _parquet([path / PARAMETERS])
        connection.execute(f"create view parameters as select * from {rows} where draw < {draws}")
    for name in TABLES:
        file = path / f"{name}.csv"
        if file.exists():
            _look_at(file)
            source = f"read_csv({_quoted(file)}, header = true, all_varchar = {name == 'dictionary'})"
            connection.execute(f"create view {name} as select * from {source}")
    return connection


def tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Names of the views of a connection, in the order of their making."""
    found = connection.execute("select view_name from duckdb_views() where not internal").fetchall()
    order = ("runs", "series", "parameters", *TABLES)
    return sorted((name for (name,) in found), key=order.index)


def _look_at(file: Path) -> None:
    """``Unable`` if a file cannot be read: DuckDB has errors of its own, which name no remedy."""
    try:
        file.open("rb").close()
    except OSError as error:
        raise unreadable(error, file) from None


def _parquet(paths: list[Path]) -> str:
    names = ", ".join(_quoted(path) for path in paths)
    return f"read_parquet([{names}], union_by_name = true)"


def _quoted(path: Path) -> str:
    return "'" + str(path.resolve()).replace("'", "''") + "'"
