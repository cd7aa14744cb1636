"""What is wrong in a build: what our own checks note of its pages, and what MkDocs and its plugins warn of."""

import logging
import re

from mkdocs.commands import build
from mkdocs.exceptions import BuildError
from mkdocs.utils import DuplicateFilter

from scripts.text import reading
from scripts.text.context import ROOT, Fault, Page, report

NOT_PUBLISHED = "The site was not published:"


class Report(logging.Handler):
    def __init__(self):
        super().__init__(logging.WARNING)
        self.faults: set[Fault] = set()
        self.warned: list[str] = []
        self.is_open = False  # a build is under way

    def emit(self, record: logging.LogRecord) -> None:
        self.warned.append(record.getMessage())

    def listen(self, logger: logging.Logger) -> None:
        if logger.level > logging.WARNING:  # --quiet: the warnings are made all the same
            for handler in logger.handlers:
                handler.setLevel(logger.level)
            logger.setLevel(logging.WARNING)
        for handler in logger.handlers:  # the report says it, with its line
            handler.addFilter(lambda record: record.levelno != logging.WARNING or not self.is_open)
        logger.addHandler(self)

    def begin(self) -> None:
        self.warned.clear()
        self.faults = set()
        for known in build.log.filters:  # or it would say nothing twice under `serve`
            if isinstance(known, DuplicateFilter):
                known.msgs.clear()

    def __bool__(self) -> bool:
        return bool(self.faults or self.warned)

    def __str__(self) -> str:
        return "\n".join([*self.warned, report(self.faults)])

    def stop_if_faulty(self, files) -> None:
        """Say all that is wrong, at once."""
        for message in self.warned:
            self._note(message, files)
        self.warned.clear()
        generated = {file.src_uri for file in files if file.generated_by}
        written = {fault for fault in self.faults if fault.page not in generated}
        if self.faults:  # what is wrong with a page that is made of others is theirs
            raise BuildError(f"{NOT_PUBLISHED}\n{report(written or self.faults)}")

    def _note(self, message: str, files) -> None:
        """Note a fault that MkDocs has found, with its line."""
        if named := re.match(r"Doc file '([^']+)' contains an? .*?'([^']+)'", message):
            page = files.get_file_from_path(named[1]).page.made
            message = message.replace(f"Doc file '{named[1]}'", "it", 1)
        else:
            named = re.search(r"(reference|path) to '([^']+)' is included in the 'nav'", message)
            settings = ROOT / "mkdocs.yml"
            page = Page(settings.name, reading.text(settings), faults=self.faults)
        target = re.sub(r"^#fnref:(.*)", r"[^\1]:", named[2]) if named else ""
        for line in page.lines_of(target) if named else [None]:
            page.note(message, line)
