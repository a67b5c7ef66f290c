"""Which films the same people watch: what similar films are also found by."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

LEAST_VIEWERS, OF_EACH = 5, 100
COUNT = """
with seen as (
    select member_id, title_id, row_number() over (
        partition by member_id order by max(last_beat_at) desc, title_id
    ) as place
    from playback_session
    join title on title.id = title_id
    join video on video.id = title.video_id
    where kind = 'film' and member_id is not null
    group by member_id, title_id, video.seconds
    having 5 * sum(seconds_played) >= 2 * video.seconds
)
insert into watched_together (title_id, other_id, viewers)
select one.title_id, other.title_id, count(*) from seen one
join seen other on other.member_id = one.member_id and other.title_id <> one.title_id
where one.place <= :of_each and other.place <= :of_each
group by one.title_id, other.title_id having count(*) >= :least
"""


def refresh(db: Session) -> None:
    """Count anew how many members have watched each two films, the last hundred of every member.

    Watched is what our player has played for two fifths of its length, in however many sittings,
    for it goes at up to twice the speed. Two films that fewer than five people watched are not
    kept, so that nobody can be recognised by them.
    """
    db.execute(text("delete from watched_together"))
    db.execute(text(COUNT), {"least": LEAST_VIEWERS, "of_each": OF_EACH})
