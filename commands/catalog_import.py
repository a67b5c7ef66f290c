"""``matinee catalog import``: films from the files that operators hold, however long."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy.orm import Session

from catalog import importing, popularity, similar_finding, tiers
from catalog.import_account import OUTCOMES, Entry
from catalog.imports import batches, columns, formats, imdb, rehearsals
from catalog.imports.batches import Unjudged
from catalog.imports.formats import Stream, Wishes
from commands.import_report import NO_REPORT, Report
from core import clock, db

NOTES_SHOWN = 20
WAITS = "The same import goes on somewhere else. This one begins when that has ended."


class Account:
    """Hears what became of every record: the first notes are printed, all go to the report."""

    def __init__(self, report: Report | None, counts: Mapping[str, int]) -> None:
        self._report = report
        self.counts = Counter(counts)
        self._noted = 0

    def hear(self, entries: Sequence[Entry]) -> None:
        """Take note of what became of some records."""
        if self._report:
            self._report.write("".join(f"{entry}\n" for entry in entries))
        for entry in entries:
            self.counts[entry.outcome] += 1
            if entry.notes:
                self._noted += 1
                if self._noted <= NOTES_SHOWN:
                    click.echo(str(entry))

    def show(self) -> None:
        """Print what was counted."""
        if self._noted > NOTES_SHOWN:
            where = (
                f"see {self._report.path}"
                if self._report
                else "name a file with --report to see all"
            )
            more = self._noted - NOTES_SHOWN
            click.echo(f"and {more:,} more of which something is to be said: {where}")
        counts = {outcome: self.counts[outcome] for outcome in OUTCOMES}
        _print({**counts, "in the file": sum(counts.values())})


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--report", type=click.Path(path_type=Path), help="Write a line per record here.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="COLUMN=FACT",
    help="Which column of a table is which fact.",
)
@click.option(
    "--source",
    help="The source's name; by itself import for a table, wikipedia, TMDB or IMDb.",
)
@click.option(
    "--kinds",
    help=f"Which of IMDb's titles to take, of {', '.join(imdb.KINDS)}; by itself movie,tvMovie.",
)
@click.option(
    "--withdraw-missing", is_flag=True, help="Withdraw what this source told and now lacks."
)
def import_(
    file: Path,
    report: Path | None,
    dry_run: bool,
    mapped: tuple[str, ...],
    source: str | None,
    kinds: str | None,
    withdraw_missing: bool,
) -> None:
    """Bring in the films of FILE: a CSV or TSV table, JSON, TMDB's JSON, or a folder of IMDb's TSV.

    JSON is a list, or an object a line. Each may be packed by gzip. The same file may be imported
    again: no film is doubled, what the catalogue has stays, and where the file says something else
    both are told. An import that is broken off goes on where it was when the same command is given
    again.
    """
    if report is not None:
        _refuse_to_write_over(file, report)
    now = clock.now()
    wishes = Wishes(source, dict(_pairs(mapped)), tuple(_kinds(kinds)) if kinds else ())
    with formats.stream(file, wishes) as stream:
        unjudged = _stream(stream, wishes, report, dry_run, withdraw_missing, now)
    if unjudged is not None:
        raise unjudged


def _refuse_to_write_over(file: Path, report: Path) -> None:
    read = [*file.iterdir()] if file.is_dir() else [file]
    if report.exists() and any(report.samefile(one) for one in read if one.exists()):
        raise click.BadParameter(f"{report} is what is imported. Name another file for the report.")


def find_similar(now: datetime) -> str:
    """Find the similar films of what is new or has changed; the answer says what was done."""
    with db.transaction() as session:
        due = similar_finding.how_many_due(session, now=now)
    if not due:
        return "The similar films are up to date."
    number = 0
    with progress("Looking for similar films") as on_progress:
        for looked_at in similar_finding.refresh_due(db.transaction, now=now):
            number += looked_at
            on_progress(number, max(number, due))
    return f"The similar films of {number:,} titles were looked for."


def _pairs(mapped: Iterable[str]) -> Iterator[tuple[str, str]]:
    for pair in mapped:
        column, equals, field = pair.rpartition("=")
        if not equals:
            facts = ", ".join(columns.FIELDS)
            raise click.BadParameter(f"Say --map COLUMN=FACT, with FACT one of {facts}.")
        yield column.strip(), field.strip()


def _kinds(given: str) -> Iterator[str]:
    for kind in given.split(","):
        if kind.strip() not in imdb.KINDS:
            raise click.BadParameter(f"“{kind}” is none of {', '.join(imdb.KINDS)}.")
        yield kind.strip()


def _stream(
    stream: Stream,
    wishes: Wishes,
    report: Path | None,
    dry_run: bool,
    withdraw_missing: bool,
    now: datetime,
) -> Unjudged | None:
    """A file of any length, a transaction a batch, each of which a dry run undoes at once. The
    answer is why what the file lacks could not be withdrawn, where that was wished in vain."""
    fingerprint = repr((stream.fingerprint, wishes, dry_run))
    with ExitStack() as ends:
        session = ends.enter_context(db.on_one_connection())
        keep = session.flush if dry_run else session.commit
        ends.enter_context(batches.alone(session, fingerprint, on_wait=lambda: click.echo(WAITS)))
        run = batches.begin(
            session,
            fingerprint=fingerprint,
            source=stream.source,
            name=stream.text.path.name,
            now=now,
        )
        done, run_id, counts = run.records, run.id, run.counts
        if dry_run:
            rehearsals.begin(session)
        keep()
        told = _report(report, stream, done, counts, ends)
        account = Account(told, counts)
        if done:
            click.echo(f"Going on behind the first {done:,} records, which are stored already.")

        def hear(entries: Sequence[Entry]) -> None:
            account.hear(entries)
            batches.keep_in_mind(session, run_id, told.mark() if told else NO_REPORT)

        with progress("Reading the file") as on_progress:
            importing.run(
                session,
                stream,
                run_id,
                now=now,
                keep=keep,
                hear=hear,
                on_progress=on_progress,
                store=rehearsals.store if dry_run else batches.store,
            )
        for remark in stream.remarks:
            click.echo(f"{stream.text.path.name}: {remark}")
        stored = importing.stored(session, run_id)
        wished = withdraw_missing and stored
        unjudged = _withdraw(session, run_id, stream, dry_run, now) if wished else None
        if not dry_run:
            popularity.refresh(session)
        keep()
        if not dry_run and (wished or account.counts["taken"] or account.counts["merged"]):
            tiers.refresh(session)
            keep()
        account.show()
        if stored:
            click.echo("Nothing was changed." if dry_run else find_similar(now))
        # The very last act: an import that is broken off before it goes on, with its report.
        batches.finish(session, run_id, now=now)
        keep()
        if not stored:
            raise click.ClickException("No film could be taken.")
        return unjudged


def _report(
    path: Path | None, stream: Stream, done: int, counts: Mapping[str, int], ends: ExitStack
) -> Report | None:
    if path is None:
        return None
    report = Report(path, stream.text.path.name, done=done, counts=counts)
    return ends.enter_context(closing(report))


def _withdraw(
    session: Session, run_id: int, stream: Stream, dry_run: bool, now: datetime
) -> Unjudged | None:
    if dry_run:
        rehearsals.mark(session, run_id)
    batches.see(session, run_id, stream.passed_over())
    try:
        gone = batches.withdraw_missing(session, run_id, now=now)
    except Unjudged as why:
        return why
    many = f"{len(gone):,} films that the file lacks are withdrawn."
    click.echo("1 film that the file lacks is withdrawn." if len(gone) == 1 else many)
    for name in gone[:NOTES_SHOWN]:
        click.echo(f"withdrawn: {name}")
    return None


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Hear how far something is: a bar on a terminal, plain lines anywhere else."""
    if not sys.stdout.isatty():
        yield lambda done, total: click.echo(f"{what}: {done:,} of {total:,}") if total else None
        return
    with Progress() as bar:
        task = bar.add_task(what)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _print(counts: Mapping[str, int]) -> None:
    if sys.stdout.isatty():
        table = Table(*(outcome.capitalize() for outcome in counts))
        table.add_row(*(f"{number:,}" for number in counts.values()))
        Console().print(table)
    else:
        click.echo(", ".join(f"{number:,} {outcome}" for outcome, number in counts.items()))
