"""The tables. Importing this package registers all of them with `Base.metadata`."""

from store.tables import access, people, shop, texts, work
from store.tables.base import Base

__all__ = ["Base", "access", "people", "shop", "texts", "work"]
