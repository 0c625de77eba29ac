"""The window: it shows a page and starts jobs. What it shows is made elsewhere; nothing is decided here.

PyQt6 is what Siril's own community scripts use; it comes from the script that opens this window.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PyQt6.QtCore import QObject, QSize, Qt, QThread, QTimer, pyqtSignal
from PyQt6.QtGui import QBrush, QColor, QFont, QImage, QKeySequence, QPainter, QPixmap, QShortcut
from PyQt6.QtWidgets import (
    QApplication,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMainWindow,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from ampglow_plugin import __version__
from ampglow_plugin.inside.jobs import JOBS, Request
from ampglow_plugin.inside.main import Reporter, perform
from ampglow_plugin.inside.page import Page, Table, Tone
from ampglow_plugin.inside.siril import Siril

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: fits a laptop of 1366 x 768 with its panels and title bar
_SIZE: Final = QSize(1180, 640)
_SMALLEST: Final = QSize(860, 520)
_GAP: Final = 10
_ROW_PX: Final = 26
#: wait for the screen to show what was laid out, before its picture is taken
_SETTLE_MS: Final = 700

#: readable on light and dark themes: white on these, and these on both
_TONES: Final[dict[Tone, str]] = {
    "good": "#2e8b57",
    "mind": "#b8860b",
    "bad": "#c0392b",
    "open": "#7d5ba6",
    "plain": "#607d8b",
}
_CELLS: Final = "QTableWidget::item{padding:0 9px} QHeaderView::section{padding:3px 9px;border:0;font-weight:600}"
_NEXT: Final = {
    "preflight": "Check again",
    "calibrate": "Calibrate",
    "verify": "Prove again",
}


def show(job: str, siril: Siril, request: Request, *, picture: Path | None, tell: Callable[[Page], None]) -> int:
    """Open the window, do the job (calibrating on a click), and return the last page's exit code.

    ``picture`` takes a picture of the screen once the job is done, and closes the window.
    """
    application = QApplication.instance() or QApplication(["AmpGlow"])
    window = Window(job, siril, request, picture=picture, tell=tell)
    window.show()
    window.begin(asked=picture is not None)
    application.exec()
    return window.exit_code


class _Work(QObject):
    """The job, in a thread of its own."""

    moved = pyqtSignal(str, float)
    done = pyqtSignal(object)

    def __init__(self, job: str, siril: Siril, request: Request) -> None:
        super().__init__()
        self._job, self._siril, self._request = job, siril, request
        self._bar = Reporter(siril)

    def run(self) -> None:
        """Do it; ``done`` carries the page, whatever happened."""
        self.done.emit(perform(self._job, self._siril, self._request, self._progress))

    def _progress(self, what: str, share: float | None) -> None:
        self._bar(what, share)
        self.moved.emit(what, -1.0 if share is None else share)


class Window(QMainWindow):
    """Folder and buttons on top, then the verdict, then tables beside advice or picture, then progress."""

    def __init__(
        self, job: str, siril: Siril, request: Request, *, picture: Path | None, tell: Callable[[Page], None]
    ) -> None:
        super().__init__()
        self.exit_code = 2
        self._job, self._siril, self._request = job, siril, request
        self._picture, self._tell = picture, tell
        self._thread: QThread | None = None
        self._work: _Work | None = None
        self.setWindowTitle(f"AmpGlow {__version__} - {JOBS[job][0]}")
        self.setMinimumSize(_SMALLEST)
        self.resize(_SIZE)
        screen = self.screen()
        if screen is not None:
            free = screen.availableGeometry()
            self.resize(_SIZE.boundedTo(free.size()))
            self.move(free.center() - self.rect().center())
        self._build()
        self._show_place()
        QShortcut(QKeySequence("Ctrl+W"), self, activated=self.close)
        QShortcut(QKeySequence("F5"), self, activated=self._again)

    def begin(self, *, asked: bool) -> None:
        """Start at once. What writes waits for a click, and shows the pre-flight until then."""
        self._start(self._job if self._job != "calibrate" or asked else "preflight")

    # ------------------------------------------------------------------ layout
    def _build(self) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(_GAP, _GAP, _GAP, _GAP)
        column.setSpacing(_GAP)
        column.addLayout(self._top())
        column.addWidget(self._verdict())
        column.addWidget(self._middle(), stretch=1)
        column.addLayout(self._bottom())
        self.setCentralWidget(body)

    def _top(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._place = QLabel()
        self._place.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(self._place, stretch=1)
        if self._job == "verify":
            self._choose = QPushButton("Master dark...")
            self._choose.setToolTip("The master dark that should have been subtracted")
            self._choose.clicked.connect(self._choose_dark)
        else:
            self._choose = QPushButton("Folder...")
            self._choose.setToolTip("The folder of the night: lights, darks, flats ...")
            self._choose.clicked.connect(self._choose_folder)
        row.addWidget(self._choose)
        self._go = QPushButton(_NEXT[self._job])
        self._go.setDefault(True)
        self._go.clicked.connect(self._again)
        row.addWidget(self._go)
        return row

    def _verdict(self) -> QLabel:
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._said.setTextFormat(Qt.TextFormat.RichText)
        self._said.setMargin(10)
        return self._said

    def _middle(self) -> QSplitter:
        self._tables = QTabWidget()
        self._tables.setDocumentMode(True)
        self._advice = QTextBrowser()
        self._advice.setOpenLinks(False)
        self._advice.setFrameShape(QTextBrowser.Shape.NoFrame)
        self._frame = PictureView()
        self._lower = QTabWidget()
        self._lower.setDocumentMode(True)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(self._tables)
        splitter.addWidget(self._lower)
        splitter.setStretchFactor(0, 2)
        splitter.setStretchFactor(1, 3)
        splitter.setChildrenCollapsible(False)
        self._splitter = splitter
        return splitter

    def _bottom(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(8)
        self._doing = QLabel()
        self._doing.setMinimumWidth(260)
        close = QPushButton("Close")
        close.clicked.connect(self.close)
        row.addWidget(self._bar, stretch=1)
        row.addWidget(self._doing)
        row.addWidget(close)
        return row

    # ------------------------------------------------------------------ asking
    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Folder of the night", str(self._request.folder))
        if chosen:
            self._request = replace(self._request, folder=Path(chosen))
            self._show_place()
            self.begin(asked=False)

    def _choose_dark(self) -> None:
        frames = "Frames (*.fit *.fits *.fts *.fz *.xisf)"
        chosen, _ = QFileDialog.getOpenFileName(self, "Master dark", str(self._request.folder), frames)
        if chosen:
            masters = {**(self._request.masters or {}), "dark": Path(chosen)}
            self._request = replace(self._request, masters=masters)
            self._show_place()
            self._again()

    def _show_place(self) -> None:
        dark = (self._request.masters or {}).get("dark")
        text = str(self._request.folder) if self._job != "verify" or dark is None else f"master dark: {dark}"
        self._place.setText(text)
        self._place.setToolTip(text)

    # ------------------------------------------------------------------ working
    def _again(self) -> None:
        self._start(self._job)

    def _start(self, job: str) -> None:
        if self._thread is not None:
            return
        self._banner("WORKING", "This takes a moment; Siril's log and progress bar show it, too.", "plain")
        for button in (self._go, self._choose):
            button.setEnabled(False)
        self._thread, self._work = QThread(), _Work(job, self._siril, self._request)
        self._work.moveToThread(self._thread)
        self._thread.started.connect(self._work.run)
        self._work.moved.connect(self._move)
        self._work.done.connect(self._finish)
        self._thread.start()

    def _move(self, what: str, share: float) -> None:
        self._doing.setText(what[:60])
        self._bar.setRange(0, 0 if share < 0 else 1000)
        self._bar.setValue(int(1000 * share))

    def _finish(self, page: Page) -> None:
        self._end_thread()
        self._bar.setRange(0, 1000)
        self._bar.setValue(0)
        self._doing.setText("")
        for button in (self._go, self._choose):
            button.setEnabled(True)
        self.exit_code = page.exit_code
        self.show_page(page)
        self._tell(page)
        if self._picture is not None:
            QTimer.singleShot(_SETTLE_MS, self._take_picture)

    def _end_thread(self) -> None:
        if self._thread is not None:
            self._thread.quit()
            self._thread.wait()
        self._thread, self._work = None, None

    def closeEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Not while Siril is at work for us: what it has begun would go on without anybody to judge it."""
        if self._thread is not None:
            self._doing.setText("Siril is at work; please wait")
            event.ignore()
            return
        super().closeEvent(event)

    def _take_picture(self) -> None:
        screen = self.screen()
        if screen is not None and self._picture is not None:
            screen.grabWindow(0).save(str(self._picture))
        self.close()

    # ------------------------------------------------------------------ showing
    def show_page(self, page: Page) -> None:
        """Fill the window."""
        self._banner(page.word, page.sentence, page.tone)
        self._tables.clear()
        shown = [table for table in page.tables if table.rows]
        for table in shown:
            self._tables.addTab(_table(table), table.title)
        self._tables.setVisible(bool(shown))
        self._lower.clear()
        both = self._frame.load(page)
        if both:
            self._lower.addTab(self._frame, "Picture")
        self._advice.setHtml(_advice_html(page))
        self._lower.addTab(self._advice, "What to do" if page.advice else "Details")
        if page.advice:
            self._lower.setCurrentWidget(self._advice)
        rows = max((len(table.rows) for table in shown), default=0)
        upper = min(90 + _ROW_PX * rows, self._splitter.height() // 2)
        self._splitter.setSizes([upper, max(self._splitter.height() - upper, 1)])

    def _banner(self, word: str, sentence: str, tone: Tone) -> None:
        self._said.setText(
            f"<span style='font-size:15pt;font-weight:700'>{html.escape(word)}</span>"
            f"&nbsp;&nbsp;<span style='font-size:11pt'>{html.escape(sentence)}</span>"
        )
        self._said.setStyleSheet(f"background:{_TONES[tone]};color:white;border-radius:6px")


def _table(table: Table) -> QTableWidget:
    shown = QTableWidget(len(table.rows), len(table.headings))
    shown.setHorizontalHeaderLabels(table.headings)
    shown.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    shown.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    shown.setAlternatingRowColors(True)
    shown.setShowGrid(False)
    shown.setWordWrap(False)
    shown.setStyleSheet(_CELLS)
    below = shown.verticalHeader()
    across = shown.horizontalHeader()
    assert below is not None
    assert across is not None
    below.setVisible(False)
    below.setDefaultSectionSize(_ROW_PX)
    across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    across.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    across.setStretchLastSection(True)
    bold = QFont()
    bold.setBold(True)
    marked = {"Fit", "Dark", "Result"}
    for i, row in enumerate(table.rows):
        for j, cell in enumerate(row.cells):
            item = QTableWidgetItem(cell)
            item.setToolTip(cell)
            if table.headings[j] in marked and row.tone != "plain":
                item.setForeground(QBrush(QColor(_TONES[row.tone])))
                item.setFont(bold)
            shown.setItem(i, j, item)
    return shown


def _advice_html(page: Page) -> str:
    parts = []
    for number, advice in enumerate(page.advice, start=1):
        reasons = "".join(
            f"<div style='margin-left:22px;color:gray'>{html.escape(reason)}</div>" for reason in advice.reasons
        )
        parts.append(
            f"<p style='margin:4px 0'><span style='color:{_TONES[advice.tone]};font-weight:700'>{number}.</span> "
            f"<b>{html.escape(advice.action)}</b>{reasons}</p>"
        )
    parts += [f"<p style='margin:3px 0'>{html.escape(note)}</p>" for note in page.notes]
    return "".join(parts)


class PictureView(QWidget):
    """Raw light and calibrated frame side by side, with one stretch."""

    def __init__(self) -> None:
        super().__init__()
        self._sides: list[tuple[str, QPixmap]] = []
        self._caption = ""

    def load(self, page: Page) -> bool:
        """Take the picture of the page's proof; False where there is none to be had."""
        self._sides, self._caption = [], ""
        if page.proof is None:
            return False
        from ampglow_plugin.errors import AmpglowError
        from ampglow_plugin.report.picture import sides, stretch_words
        from ampglow_plugin.report.proof import words

        try:
            both = sides(page.proof)
        except AmpglowError:  # no raw light at hand, which the proof says
            return False
        stretch = (both.black_adu, both.white_adu)
        for title, side, level in zip(
            ("Raw light", "Calibrated"), (both.raw, both.output), both.backgrounds_adu, strict=True
        ):
            self._sides.append((f"{title} (background {level:.0f} ADU)", _pixmap(side, stretch)))
        name = Path(page.proof.path).name
        self._caption = f"{name}: {words(page.proof)}; {stretch_words(both)}"
        self.update()
        return True

    def paintEvent(self, event: Any) -> None:  # noqa: ARG002, N802 - Qt's name and signature
        """Draw both sides as large as they fit."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        line = painter.fontMetrics().height() + 4
        width = (self.width() - 3 * _GAP) // 2
        height = self.height() - 2 * line - _GAP
        for i, (title, pixmap) in enumerate(self._sides):
            left = _GAP + i * (width + _GAP)
            shown = pixmap.size().scaled(QSize(width, height), Qt.AspectRatioMode.KeepAspectRatio)
            start = left + (width - shown.width()) // 2
            painter.drawText(start, line - 5, title)
            painter.drawPixmap(start, line, shown.width(), shown.height(), pixmap)
        painter.drawText(_GAP, self.height() - 6, self._caption)
        painter.end()


def _pixmap(side: NDArray[Any], stretch: tuple[float, float]) -> QPixmap:
    import numpy as np

    black, white = stretch
    grey: NDArray[np.uint8] = np.clip(255 * (side - black) / (white - black), 0, 255).astype(np.uint8)
    rows, columns = grey.shape
    # Qt keeps no reference to the bytes: the copy owns its own
    return QPixmap.fromImage(
        QImage(np.ascontiguousarray(grey).tobytes(), columns, rows, columns, QImage.Format.Format_Grayscale8).copy()
    )
