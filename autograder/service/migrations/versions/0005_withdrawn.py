"""A person's word can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what is there stands."""
    column: sa.Column[bool] = sa.Column(
        "withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("corrections", column)
