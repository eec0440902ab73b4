"""Enrolment of a folder of images under a manifest.

Rules:
* Every row is imported or reported with its reason.
* Rows are stored in small transactions as they are processed, so that an interruption loses nothing; none of them is
  searchable before the whole batch is sealed by its one ledger entry.
* Running the same import again goes on where it stopped and stores nothing twice. Rows that an interrupted import with
  another manifest left behind are taken over by the batch that names them again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import select, update

from overt.errors import CaptureRefusal, GalleryFull, ManifestUnreadable
from overt.gallery.manifest import ManifestRow, RowReason, RowRefused, read_manifest
from overt.scope import Label
from overt.store import schema
from overt.store.gallery.batches import only_import, open_batch, seal_batch
from overt.store.gallery.enrolling import Enroller, Enrolment
from overt.store.gallery.rows import LABEL_COLUMNS, label_of
from overt.store.gallery.tags import Tagger
from overt.store.ledger_log import LedgerLog
from overt.template.pipeline import TemplatePipeline

CHUNK = 16
"""Rows in one transaction: what an interruption makes us process again at most."""
MAX_FILE_BYTES = 15_000_000

_DETAILS = {
    RowReason.FILE_NOT_READABLE: "The file is not there, not a plain file, or larger than 15 MB.",
    RowReason.IMAGE_OF_ANOTHER_PERSON: "This very image is enrolled under another person; one of the labels is wrong.",
    RowReason.OTHER_LABELS_ON_FILE: "The image is enrolled with other labels; change them with `overt gallery review`.",
    RowReason.GALLERY_FULL: "The gallery has reached the number of references it may hold.",
}


@dataclass(slots=True)
class ImportReport:
    """What became of an import; `ledger_index` is None when nothing new was stored."""

    imported: int = 0
    already_there: int = 0
    refused: list[RowRefused] = field(default_factory=list)
    ledger_index: int | None = None

    def refuse(self, row: ManifestRow, reason: RowReason, detail: str | None = None) -> None:
        """Note why a row is not imported."""
        self.refused.append(RowRefused(row.line, row.file, reason, detail or _DETAILS[reason]))


class GalleryImport:
    """Imports manifests into one instance."""

    def __init__(
        self,
        ledger: LedgerLog,
        enroller: Enroller,
        tagger: Tagger,
        pipeline: TemplatePipeline,
        *,
        review_interval_days: int,
        now: Callable[[], datetime],
    ) -> None:
        self._ledger, self._enroller, self._tagger, self._pipeline = ledger, enroller, tagger, pipeline
        self._interval, self._now = review_interval_days, now

    def run(self, folder: Path, progress: Callable[[int, int], None]) -> ImportReport:
        """Import `folder/manifest.csv`; `progress(done, total)` is called after each row.

        Raises:
            ManifestUnreadable: there is no manifest, or it is not of the expected form.
            ImportRunning: another import is under way.
        """
        manifest = _read_text(folder / "manifest.csv")
        rows = list(read_manifest(manifest, self._now().date(), self._interval))
        report = ImportReport(refused=[row for row in rows if isinstance(row, RowRefused)])
        with only_import(self._ledger):
            with self._ledger.engine.begin() as connection:
                batch = open_batch(connection, self._tagger.manifest(manifest), self._now())
            try:
                self._store_rows(folder, rows, batch, report, progress)
            finally:
                # What is stored is lawful and complete row by row: it is sealed even when Ctrl-C stopped the rest.
                report.ledger_index = seal_batch(self._ledger, batch, self._now(), synthetic=False)
        return report

    def _store_rows(
        self,
        folder: Path,
        rows: list[ManifestRow | RowRefused],
        batch: UUID,
        report: ImportReport,
        progress: Callable[[int, int], None],
    ) -> None:
        pending: dict[bytes, Enrolment] = {}
        for done, row in enumerate(rows, 1):
            if isinstance(row, ManifestRow):
                self._prepare(folder, row, batch, report, pending)
            if len(pending) >= CHUNK or done == len(rows):
                self._flush(pending, batch, report)
            progress(done, len(rows))

    def _prepare(
        self, folder: Path, row: ManifestRow, batch: UUID, report: ImportReport, pending: dict[bytes, Enrolment]
    ) -> None:
        file_bytes = _read_image(folder, row.file)
        if file_bytes is None:
            report.refuse(row, RowReason.FILE_NOT_READABLE)
            return
        image = self._tagger.image(file_bytes)
        if image in pending:
            self._on_the_way(pending[image].row, row, report)
        elif not self._on_file(row, file_bytes, batch, report):
            try:
                pending[image] = Enrolment(row, self._pipeline.make(file_bytes), file_bytes)
            except CaptureRefusal as refusal:
                report.refuse(row, RowReason.PHOTO_REFUSED, f"{refusal.code}: {refusal.detail}")

    @staticmethod
    def _on_the_way(before: ManifestRow, row: ManifestRow, report: ImportReport) -> None:
        """The very image of a row that is about to be stored: the same answers as for one that is on file."""
        if before.person != row.person:
            report.refuse(row, RowReason.IMAGE_OF_ANOTHER_PERSON)
        elif _differs(before.label, row.label):
            report.refuse(row, RowReason.OTHER_LABELS_ON_FILE)
        else:
            report.already_there += 1

    def _on_file(self, row: ManifestRow, file_bytes: bytes, batch: UUID, report: ImportReport) -> bool:
        """Whether this very image is enrolled already; a batch that was never sealed hands its row over."""
        query = (
            select(schema.reference.c.id, schema.reference.c.row_tag, schema.batch.c.leaf, *LABEL_COLUMNS)
            .join(schema.batch, schema.batch.c.id == schema.reference.c.batch)
            .where(schema.reference.c.image_tag == self._tagger.image(file_bytes))
        )
        with self._ledger.engine.begin() as connection:
            found = connection.execute(query).mappings().first()
            if found is None:
                return False
            if found["row_tag"] != self._tagger.row(row.person, file_bytes):
                report.refuse(row, RowReason.IMAGE_OF_ANOTHER_PERSON)
            elif _differs(label_of(found), row.label):
                report.refuse(row, RowReason.OTHER_LABELS_ON_FILE)
            else:
                report.already_there += 1
                if found["leaf"] is None:
                    change = update(schema.reference).where(schema.reference.c.id == found["id"]).values(batch=batch)
                    connection.execute(change)
            return True

    def _flush(self, pending: dict[bytes, Enrolment], batch: UUID, report: ImportReport) -> None:
        enrolments = list(pending.values())
        pending.clear()
        try:
            if enrolments:
                self._enroller.store(enrolments, batch)
                report.imported += len(enrolments)
        except GalleryFull:
            if len(enrolments) == 1:
                report.refuse(enrolments[0].row, RowReason.GALLERY_FULL)
                return
            # Fill up to the ceiling one by one, so that the last places are used and each row has its own answer.
            for one in enrolments:
                self._flush({b"": one}, batch, report)


def _differs(there: Label, new: Label) -> bool:
    """Whether the labels are others; the review date is not compared, since reviews move it."""
    return (there.source, there.lawful_basis, there.outcome, there.captured_on, there.under_18) != (
        new.source,
        new.lawful_basis,
        new.outcome,
        new.captured_on,
        new.under_18,
    )


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestUnreadable("There is no readable manifest.csv (UTF-8) in that folder.") from error


def _read_image(folder: Path, name: str) -> bytes | None:
    path = folder / name
    try:
        if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
            return None
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except (OSError, RuntimeError):  # Python 3.11 and 3.12 raise the latter for a link that leads to itself
        return None
    return content if len(content) <= MAX_FILE_BYTES else None
