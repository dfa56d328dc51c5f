"""Opening the store: the database at the newest schema, the keys that open it, and one repository per subject."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlalchemy import select

from core.errors import HawkerError, UserError
from core.observing import NOBODY, Observer
from core.settings import Settings
from store.api_keys import ApiKeyBook
from store.clusters import ClusterBook
from store.consents import ConsentBook
from store.conversations import ConversationBook
from store.customers import CustomerBook
from store.database import Database
from store.drafts import DraftBook
from store.erasing import Erased, Eraser, Erasure
from store.events import EventLog
from store.generations import GenerationBook
from store.jobs import JobTable
from store.keys import FIELD, load_or_create
from store.loads import LoadBook
from store.merges import MergeBook
from store.migrating import migrate
from store.orders import OrderBook
from store.outcomes import OutcomeBook
from store.people import read_aliases
from store.predictions import PredictionBook
from store.profiles import ProfileBook
from store.sealing import Vault
from store.shop import ShopShelf
from store.tables.work import KeyProofRow
from store.token_use import TokenUseBook

PROOF = "hawker"


class Store:
    """All that is remembered. Thread-safe; several processes may have one open."""

    def __init__(self, database: Database, vault: Vault, events: EventLog, observer: Observer = NOBODY) -> None:
        self._database = database
        self._eraser = Eraser(database, vault, events)
        self.events = events
        self.shop = ShopShelf(database, events)
        self.customers = CustomerBook(database, vault)
        self.consents = ConsentBook(database)
        self.orders = OrderBook(database)
        self.predictions = PredictionBook(database)
        self.clusters = ClusterBook(database)
        self.profiles = ProfileBook(database, self.predictions, self.clusters)
        self.conversations = ConversationBook(database, vault)
        self.generations = GenerationBook(database, vault, observer)
        self.drafts = DraftBook(database, vault)
        self.outcomes = OutcomeBook(database)
        self.jobs = JobTable(database)
        self.loads = LoadBook(database)
        self.merges = MergeBook(database, vault)
        self.api_keys = ApiKeyBook(database)
        self.token_use = TokenUseBook(database, vault)

    def erase(self, customer_id: str) -> Erasure:
        """Forget one person, under every id that was merged with this one, down to the bytes of the files; see
        `store.erasing`. Unknown ids erase nothing."""
        return self._eraser.erase(customer_id)

    def erased_at(self, customer_id: str) -> datetime | None:
        """When this id was last erased, None if never."""
        return self._eraser.erased_at(customer_id)

    def erased(self) -> Erased:
        """Who was erased so far, to be asked of many ids: an old export must not bring them back."""
        return self._eraser.erased()

    def check(self) -> None:
        """Read a row. Raises `HawkerError` with the reason where the database does not answer."""
        with self._database.read() as session:
            session.execute(select(KeyProofRow.version).limit(1))

    def close(self) -> None:
        self._database.close()


def open_store(settings: Settings, observer: Observer = NOBODY) -> Store:
    """Open (and first time make) the store of `settings`, migrated to the newest schema.

    Raises `UserError` for a key file that is readable by others, damaged, or not the one that sealed this database.
    """
    vault = Vault(load_or_create(settings.data_key_file))
    database = Database(settings.database)
    try:
        migrate(database)
        _prove_keys(database, vault, str(settings.data_key_file))
    except BaseException:
        database.close()
        raise
    return Store(database, vault, EventLog(settings.events_dir, partial(read_aliases, database)), observer)


def _prove_keys(database: Database, vault: Vault, key_file: str) -> None:
    """Open what each key version once sealed; seal a proof with the current version where it is new.

    What was sealed is opened again after that: of two machines that open a new database at once, each with a key file
    of its own, only one may go on.
    """
    if vault.current not in _opened_proofs(database, vault, key_file):
        proof = vault.row("key_proofs", vault.current).seal("proof", PROOF)
        with database.write() as session:
            database.insert_new(session, KeyProofRow, [{"version": vault.current, "proof": proof}])
        _opened_proofs(database, vault, key_file)


def _opened_proofs(database: Database, vault: Vault, key_file: str) -> set[int]:
    """The key versions that sealed something here. Raises `UserError` where the key file does not open all of it."""
    with database.read() as session:
        proofs = {row.version: row.proof for row in session.scalars(select(KeyProofRow))}
    try:
        for version, proof in proofs.items():
            vault.row("key_proofs", version).open("proof", proof)
    except HawkerError:
        raise UserError(
            FIELD, key_file, "the key file that this database was sealed with", "restore it from your backup"
        ) from None
    return set(proofs)
