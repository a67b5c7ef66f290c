"""What stands beside a film that nothing is like is chosen once a day, and pages hear of it; an
operator's still is there at two widths in two formats."""

from io import BytesIO

import sqlalchemy as sa
from alembic import op
from PIL import Image

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

FORMATS = {"webp": "WEBP", "jpg": "JPEG"}
SIZES = ((1280, 720), (640, 360))
QUALITY = 62
BEFORE, LARGEST = "wide.webp", "still-1280.webp"


def upgrade() -> None:
    """Add the table, which a worker fills, and until then pages ask for what is popular; and cut
    the stills that there are from the one size that was kept of each."""
    op.create_table(
        "similar_filling",
        sa.Column("rank", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["title_id"],
            ["title.id"],
            name=op.f("fk_similar_filling_title_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("rank", name=op.f("pk_similar_filling")),
    )
    op.execute("select watch_pages('similar_filling', 'similar-filling', 'made_at')")
    _rename(BEFORE, LARGEST)
    for content in op.get_bind().scalars(_FIND, {"name": LARGEST}).all():
        _cut(content)


def downgrade() -> None:
    """Take it away, and its triggers with it; keep the one size of each still."""
    _rename(LARGEST, BEFORE)
    op.execute("delete from picture_cut where name like 'still-%'")
    op.drop_table("similar_filling")


def _rename(before: str, after: str) -> None:
    rename = sa.text("update picture_cut set name = :after where name = :before")
    op.get_bind().execute(rename, {"before": before, "after": after})


def _cut(content: str) -> None:
    db = op.get_bind()
    still = Image.open(BytesIO(db.scalar(_READ, {"content": content, "name": LARGEST})))
    for width, height in SIZES:
        cut = still.convert("RGB").resize((width, height))
        for end, kind in FORMATS.items():
            name, file = f"still-{width}.{end}", BytesIO()
            cut.save(file, kind, quality=QUALITY)
            if name != LARGEST:
                db.execute(_ADD, {"content": content, "name": name, "data": file.getvalue()})


_FIND = sa.text("select content from picture_cut where name = :name order by content")
_READ = sa.text("select data from picture_cut where content = :content and name = :name")
_ADD = sa.text("insert into picture_cut (content, name, data) values (:content, :name, :data)")
