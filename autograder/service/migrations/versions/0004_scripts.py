"""Scripts: requests that are sent again, and when a token was last used."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the table."""
    op.add_column("tokens", sa.Column("used", sa.Double(), nullable=True))
    op.create_table(
        "repeats",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("body", sa.String(length=64), nullable=False),
        sa.Column("submission", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["submission"], ["submissions.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key"),
    )
