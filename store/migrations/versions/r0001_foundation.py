"""The first schema: shop, people, texts, work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID, TEXT, INTEGER, JSON = sa.String(200), sa.Text(), sa.BigInteger(), sa.JSON()
NUMBER: sa.Double[float] = sa.Double()
MONEY, MOMENT, SEALED = sa.String(40), sa.DateTime(timezone=True), sa.LargeBinary()
CHILDREN_FIRST = (
    "key_proofs jobs drafts generations turns conversations erasures outcomes profiles "
    "order_lines orders consents customers reviews documents variants products brand"
)


def upgrade() -> None:
    _make_shop()
    _make_people()
    _make_texts()
    _make_work()


def downgrade() -> None:
    for table in CHILDREN_FIRST.split():
        op.drop_table(table)


def _make_shop() -> None:
    op.create_table(
        "brand",
        sa.Column("id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_brand"),
    )
    op.create_table(
        "products",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("description", JSON, nullable=False),
        sa.Column("attributes", JSON, nullable=False),
        sa.Column("category", JSON, nullable=False),
        sa.Column("brand", TEXT),
        sa.Column("price", MONEY),
        sa.Column("currency", TEXT),
        sa.Column("stock", INTEGER),
        sa.Column("url", TEXT),
        sa.PrimaryKeyConstraint("id", name="pk_products"),
    )
    op.create_table(
        "variants",
        sa.Column("product_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("position", INTEGER, nullable=False),
        sa.Column("options", JSON, nullable=False),
        sa.Column("price", MONEY),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.Column("stock", INTEGER),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_variants_product_id_products", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("product_id", "id", name="pk_variants"),
    )
    op.create_table(
        "documents",
        sa.Column("id", ID, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("visibility", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
    )
    op.create_table(
        "reviews",
        sa.Column("id", ID, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("product_id", ID),
        sa.Column("customer_id", ID),
        sa.Column("rating", NUMBER),
        sa.Column("category", TEXT),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
    )
    op.create_index("ix_reviews_customer_id", "reviews", ["customer_id"])
    op.create_index("ix_reviews_product_id_at", "reviews", ["product_id", "at"])


def _make_people() -> None:
    op.create_table(
        "customers",
        sa.Column("id", ID, nullable=False),
        sa.Column("first_name", SEALED, nullable=False),
        sa.Column("last_name", SEALED, nullable=False),
        sa.Column("email", SEALED),
        sa.Column("phone", SEALED),
        sa.Column("address", SEALED),
        sa.Column("attributes", SEALED, nullable=False),
        sa.Column("email_index", TEXT),
        sa.Column("phone_index", TEXT),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("created", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_customers"),
    )
    op.create_index("ix_customers_email_index", "customers", ["email_index"])
    op.create_index("ix_customers_phone_index", "customers", ["phone_index"])
    op.create_table(
        "consents",
        sa.Column("customer_id", ID, nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_consents_customer_id_customers", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("customer_id", "channel", "at", name="pk_consents"),
    )
    op.create_table(
        "orders",
        sa.Column("id", ID, nullable=False),
        sa.Column("customer_id", ID, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("placed", MOMENT),
        sa.Column("total", MONEY),
        sa.Column("currency", TEXT),
        sa.Column("tracking", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_orders_customer_id_customers", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_orders"),
    )
    op.create_index("ix_orders_customer_id_placed", "orders", ["customer_id", "placed"])
    op.create_table(
        "order_lines",
        sa.Column("order_id", ID, nullable=False),
        sa.Column("position", INTEGER, autoincrement=False, nullable=False),
        sa.Column("product_id", ID, nullable=False),
        sa.Column("variant_id", ID),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("quantity", INTEGER, nullable=False),
        sa.Column("price", MONEY),
        sa.Column("options", JSON, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_order_lines_order_id_orders", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("order_id", "position", name="pk_order_lines"),
    )
    op.create_table(
        "profiles",
        sa.Column("customer_id", ID, nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_profiles_customer_id_customers", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("customer_id", name="pk_profiles"),
    )
    op.create_table(
        "outcomes",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("value", NUMBER, nullable=False),
        sa.Column("generation_key", ID),
        sa.Column("campaign", ID),
        sa.Column("customer_id", ID),
        sa.PrimaryKeyConstraint("id", name="pk_outcomes"),
    )
    op.create_index("ix_outcomes_campaign", "outcomes", ["campaign"])
    op.create_index("ix_outcomes_customer_id", "outcomes", ["customer_id"])
    op.create_index("ix_outcomes_generation_key", "outcomes", ["generation_key"])
    op.create_table(
        "erasures",
        sa.Column("id", ID, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_erasures"),
    )
    op.create_index("ix_erasures_subject", "erasures", ["subject"])


def _make_texts() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", ID, nullable=False),
        sa.Column("customer_id", ID),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("started", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_conversations_customer_id_customers", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_index("ix_conversations_customer_id", "conversations", ["customer_id"])
    op.create_table(
        "turns",
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("number", INTEGER, autoincrement=False, nullable=False),
        sa.Column("question", SEALED, nullable=False),
        sa.Column("answer", SEALED, nullable=False),
        sa.Column("detail", SEALED, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("sources", JSON, nullable=False),
        sa.Column("conditioned_on", JSON, nullable=False),
        sa.Column("prompt", TEXT),
        sa.Column("model", TEXT),
        sa.Column("seconds", NUMBER, nullable=False),
        sa.Column("first_text_seconds", NUMBER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_turns_conversation_id_conversations", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("conversation_id", "number", name="pk_turns"),
    )
    op.create_table(
        "generations",
        sa.Column("key", ID, nullable=False),
        sa.Column("index", INTEGER, autoincrement=False, nullable=False),
        sa.Column("task", TEXT, nullable=False),
        sa.Column("prompt", TEXT, nullable=False),
        sa.Column("model", TEXT, nullable=False),
        sa.Column("adapter", TEXT),
        sa.Column("sampling", JSON, nullable=False),
        sa.Column("text", SEALED, nullable=False),
        sa.Column("inputs", SEALED, nullable=False),
        sa.Column("checks", SEALED, nullable=False),
        sa.Column("finish", TEXT, nullable=False),
        sa.Column("seconds", NUMBER, nullable=False),
        sa.Column("new_tokens", INTEGER, nullable=False),
        sa.Column("sources", JSON, nullable=False),
        sa.Column("accepted", sa.Boolean()),
        sa.Column("product_id", ID),
        sa.Column("segment", TEXT),
        sa.Column("customer_id", ID),
        sa.Column("created", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", "index", name="pk_generations"),
    )
    op.create_index("ix_generations_customer_id", "generations", ["customer_id"])
    op.create_index("ix_generations_task_product_id", "generations", ["task", "product_id"])
    op.create_table(
        "drafts",
        sa.Column("campaign", ID, nullable=False),
        sa.Column("customer_id", ID, nullable=False),
        sa.Column("context", TEXT, nullable=False),
        sa.Column("subject", SEALED, nullable=False),
        sa.Column("body", SEALED, nullable=False),
        sa.Column("html", SEALED, nullable=False),
        sa.Column("slots", SEALED, nullable=False),
        sa.Column("checks", SEALED, nullable=False),
        sa.Column("conditioned_on", JSON, nullable=False),
        sa.Column("generation_key", TEXT, nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_drafts_customer_id_customers", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("campaign", "customer_id", name="pk_drafts"),
    )
    op.create_index("ix_drafts_customer_id", "drafts", ["customer_id"])


def _make_work() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("key", ID, nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("fence", INTEGER, nullable=False),
        sa.Column("attempts", INTEGER, nullable=False),
        sa.Column("lease_seconds", NUMBER),
        sa.Column("lease_until", MOMENT),
        sa.Column("done", INTEGER, nullable=False),
        sa.Column("total", INTEGER, nullable=False),
        sa.Column("result", JSON),
        sa.Column("error", TEXT),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("finished", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_status_created", "jobs", ["status", "created"])
    op.create_index("uq_jobs_kind_key", "jobs", ["kind", "key"], unique=True)
    op.create_table(
        "key_proofs",
        sa.Column("version", INTEGER, autoincrement=False, nullable=False),
        sa.Column("proof", SEALED, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_key_proofs"),
    )
