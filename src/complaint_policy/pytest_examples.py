"""A plugin of pytest: every `examples.yaml` beside a policy becomes tests, one an example.

It is loaded wherever pytest and this package are installed together, so nothing else of the package is imported before
a file of examples is found.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from complaint_policy.diagnostics import Diagnostic
    from complaint_policy.evaluation.view import Engine
    from complaint_policy.rollout.examples import Example, Examples, Wrong

_NAMES = ("examples.yaml", "examples.yml")


class NotAsExpected(Exception):
    """An example was not answered as expected, or cannot be run; the text says how, for people."""


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Files of examples, by their name and their key `examples:`; every other file is left to others."""
    if file_path.name not in _NAMES:
        return None
    from complaint_policy.rollout.finding import is_examples

    return ExamplesFile.from_parent(parent, path=file_path) if is_examples(file_path) else None


class ExamplesFile(pytest.File):
    """A file of examples; it cannot be collected where its policy has errors or its YAML cannot be read."""

    def collect(self) -> Iterator[pytest.Item]:
        """One test an example, in the order of the file."""
        from complaint_policy import PolicyError, load_policy, prepare
        from complaint_policy.rollout.reading import examples_of, read_written

        written = read_written(self.path)
        sources = {written.file: written.text}
        if written.root is None:
            raise self.CollectError(_told(written.diagnostics, sources))
        try:
            engine = prepare(load_policy(written.policy))
        except PolicyError as error:
            raise self.CollectError(_told(error.diagnostics, {})) from None
        examples = examples_of(written, engine.policy)
        for one in _in_order(examples):
            yield ExampleItem.from_parent(self, name=one.name, example=one, engine=engine, text=written.text)


def _in_order(examples: Examples) -> list[Example | Wrong]:
    return sorted((*examples.examples, *examples.wrong), key=lambda one: one.place.line)


class ExampleItem(pytest.Item):
    """One example; what fails is told with what was expected, what was answered, and why."""

    def __init__(self, *, example: Example | Wrong, engine: Engine, text: str, **given: Any) -> None:
        super().__init__(**given)
        self.example = example
        self.engine = engine
        self.text = text

    def runtest(self) -> None:
        """Evaluates the case of the example at each of its moments."""
        from complaint_policy.reports.examples import failure_lines
        from complaint_policy.rollout.examples import Wrong
        from complaint_policy.rollout.running import run

        if isinstance(self.example, Wrong):
            raise NotAsExpected(_told([self.example.problem], {str(self.path): self.text}))
        for ran in run([self.example], self.engine):
            if not ran.passed:
                raise NotAsExpected("\n".join(failure_lines(ran, self.engine)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The text for people, without a stack of calls; anything else as pytest shows it."""
        if isinstance(excinfo.value, NotAsExpected):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the example stands (lines are counted from 0 here), and its name."""
        return self.path, self.example.place.line - 1, self.name


def _told(diagnostics: Any, sources: dict[str, str]) -> str:
    from complaint_policy.reports.diagnostics import render_text

    found: list[Diagnostic] = [item for item in diagnostics if item.level == "error"]
    return render_text(found, sources)
