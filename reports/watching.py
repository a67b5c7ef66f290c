"""What was watched: each film's viewers, inside a trial and in all, and the time they spent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from reports import trials
from reports.credit import NONE
from reports.funnel import PLAY_SECONDS
from reports.periods import Period
from reports.records import Played, Records, grouped
from reports.trials import Trial


@dataclass(frozen=True, slots=True)
class Film:
    """One film. ``viewers`` are the first play of two minutes of each person in the period,
    ``in_trial`` those of them whose play lay inside a trial of theirs; ``seconds`` is all time
    that anybody played it, and ``plays`` how often."""

    slug: str
    viewers: Sequence[Played]
    in_trial: Sequence[Played]
    plays: int
    seconds: int

    def members(self, name: str) -> Sequence[Played]:
        """The list behind a printed number, by its name."""
        return {"viewers": self.viewers, "in_trial": self.in_trial}.get(name, ())


@dataclass(frozen=True, slots=True)
class Watching:
    """The films, the most viewers first, and everybody who watched any."""

    films: tuple[Film, ...]
    viewers: Sequence[Played]

    def film(self, slug: str) -> Film | None:
        """The row of ``slug``, if it has one."""
        return next((film for film in self.films if film.slug == slug), None)


def drawn(records: Records, *, within: Period) -> Watching:
    """What was watched inside the period."""
    plays = [play for play in records.of(Played) if play.at in within]
    own: defaultdict[str, list[Trial]] = defaultdict(list)
    for trial in trials.counted(records):
        own[trial.person].append(trial)
    films: list[Film] = []
    for slug, found in grouped(plays, "film").items():
        viewers = _first_of_each(found)
        films.append(
            Film(
                slug=slug or NONE,
                viewers=viewers,
                in_trial=tuple(play for play in viewers if _is_inside(play, own[play.person])),
                plays=len(found),
                seconds=sum(play.seconds for play in found),
            )
        )
    films.sort(key=lambda film: (-len(film.viewers), -film.seconds, film.slug))
    return Watching(tuple(films), _first_of_each(plays))


def _first_of_each(plays: list[Played]) -> tuple[Played, ...]:
    """The first play of two minutes or more of each person; plays come in the order of time."""
    first: dict[str, Played] = {}
    for play in plays:
        if play.seconds >= PLAY_SECONDS:
            first.setdefault(play.person, play)
    return tuple(first.values())


def _is_inside(play: Played, own: list[Trial]) -> bool:
    return any(trial.started_at <= play.at < trial.over_at for trial in own)
