"""What can go wrong with knowledge, by what the caller does about it.

KnowledgeError
├── EntriesUnreadable   tell the person: a file is broken; nothing was imported
│   └── VersionUnknown  translations name versions that are not there; nothing was published
├── ExportRefused       tell the person: entries can't be written there; choose another place
├── IndexUnavailable    people get the question; rebuild the index
│   └── IndexMismatch   built by another model or layout; rebuild the index
├── IndexBusy           another build is running; do it again when that is done
└── ModelUnavailable    people get the question; mend embedding.model
"""


class KnowledgeError(Exception):
    """The root; its text is one line that says where and what to do."""


class EntriesUnreadable(KnowledgeError):
    """A file of entries can't be read whole; nothing of it was taken over."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems
        """One line for each thing wrong, naming file and place."""


class VersionUnknown(EntriesUnreadable):
    """Translations name versions of their originals that are not there; nothing was published."""

    def __init__(self, wrong: dict[str, str]) -> None:
        named = (f"{id_}: translation_of_version: {text}" for id_, text in wrong.items())
        super().__init__(list(named))
        self.ids = tuple(wrong)
        """The translations."""


class ExportRefused(KnowledgeError):
    """The export would replace files it did not write, or the place can't be written."""


class IndexUnavailable(KnowledgeError):
    """There is no index, or its files are damaged."""


class IndexMismatch(IndexUnavailable):
    """The index was built with another model, prefix or layout than the configured one."""


class IndexBusy(KnowledgeError):
    """Another process builds the index; nothing was done."""


class ModelUnavailable(KnowledgeError):
    """The embedding model can't be loaded."""
