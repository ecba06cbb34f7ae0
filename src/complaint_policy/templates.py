"""Templates of letters: read without trusting them, and filled in with what holds of a case.

Jinja2 runs in its sandbox, and of its language only what a letter needs is taken: values, conditions, one level of
lists, a few filters, and `{% mention ITEM %}` around the passage that gives an item of content. Nothing can be called,
computed, included or repeated without end, so the length of a letter is bounded by that of its template and values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from complaint_policy.records import NamedTuple

if TYPE_CHECKING:
    from jinja2 import nodes
    from jinja2.sandbox import SandboxedEnvironment

MAX_LENGTH = 1_000_000
"""Characters that a letter may have."""
FILTERS = frozenset({"capitalize", "default", "first", "join", "last", "length", "lower", "title", "trim", "upper"})
"""What may be done to a value."""
ROOTS: Mapping[str, str] = {
    "case": "`case.id`",
    "facts": "`facts.NAME`, a fact of the case",
    "decided": "`decided.NAME`, the label of a decision",
    "due": "`due['DUTY']`, the day on which a duty is due",
    "happened": "`happened.EVENT`, the day on which an event first happened",
    "given": "`given.NAME`, what is written for this letter",
    "policy": "`policy.title`, `policy.owner`, `policy.version`",
    "tier": "`tier`, the tier of the case",
    "today": "`today`, the day of the letter",
}
"""The words with which a value begins, each with what it stands for."""
COMPARISONS = frozenset({"eq", "ne", "in", "notin"})
"""Values are texts here, so that less and more would go by the alphabet."""
ALONE = frozenset({"tier", "today"})
FIXED: Mapping[str, frozenset[str]] = {"case": frozenset({"id"}), "policy": frozenset({"title", "owner", "version"})}


class Mistake(NamedTuple):
    """What is wrong with a template: the line (1-based), the message, and what to do."""

    line: int
    message: str
    help: str = ""


class Value(NamedTuple):
    """A value that a template asks for: `facts` and `amount` of `{{ facts.amount }}`; name is empty if it stands
    alone. printed: it is to be read in the letter, and not only asked about."""

    root: str
    name: str
    line: int
    printed: bool = False


class Read(NamedTuple):
    """A template as read: the values it asks for and the items it mentions, each with its line; or its mistakes."""

    values: tuple[Value, ...]
    mentions: tuple[tuple[str, int], ...]
    mistakes: tuple[Mistake, ...]


class Filled(NamedTuple):
    """A letter, and the items of content that it really gives: a passage left out, empty or with a gap gives nothing.

    gaps: the values that are not known, as the template names them, each once.
    """

    text: str
    mentions: frozenset[str]
    gaps: tuple[str, ...] = ()


Wrap = Callable[[str, str], str]
"""What is put in the place of a passage, from its item and its text."""


class NotFilled(ValueError):
    """A template cannot be filled in for this case; the message says why."""


def read_template(text: str) -> Read:
    """What a template asks for, and every mistake in it; nothing of it is run."""
    from jinja2 import TemplateSyntaxError

    environment = _environment(_Filling())
    try:
        tree = environment.parse(text)
    except TemplateSyntaxError as error:
        return Read((), (), (_unreadable(error.lineno, error.message or "the template cannot be read"),))
    except RecursionError:
        return Read((), (), (Mistake(1, "the template is nested too deeply", "write it flatter"),))
    reading = _Reading()
    reading.read(tree)
    return Read(tuple(reading.values), tuple(reading.mentions), tuple(reading.mistakes))


def _unreadable(line: int, message: str) -> Mistake:
    """What the library says of a template that it cannot read; of a block left open, which one."""
    _, _, open = message.partition("The innermost block that needs to be closed is '")
    if open:
        name = open.partition("'")[0]
        return Mistake(line, f"`{name}` is not closed", f"write `{{% end{name} %}}` after the passage")
    return Mistake(line, _lower(message))


def fill(
    text: str,
    values: Mapping[str, object],
    *,
    escape: Callable[[str], str] | None = None,
    gap: Callable[[str], str] | None = None,
    wrap: Wrap | None = None,
) -> Filled:
    """The letter that a template without mistakes makes of these values (by root: texts, truths, lists, or maps).

    escape: what makes a value plain text in the language that the letter is written in. gap: what is printed for a
    value that is None or absent, from its name; without it such a value raises `NotFilled`. wrap: what becomes of each
    passage of `mention` that says something. Raises `NotFilled` too if the letter is longer than `MAX_LENGTH`.
    """
    from jinja2 import TemplateError

    filling = _Filling(escape, gap, wrap)
    read = read_template(text)
    assert not read.mistakes, f"a template with mistakes is never filled in: {read.mistakes[0].message}"
    parts: list[str] = []
    length = 0
    try:
        for part in _environment(filling).from_string(text).generate(_held(values, filling)):
            parts.append(part)
            length += len(part)
            if length > MAX_LENGTH:
                raise NotFilled(f"the letter is longer than {MAX_LENGTH:,} characters")
    except (TemplateError, TypeError) as error:  # a comparison of a text with a list, say
        raise NotFilled(_lower(str(error) or "the template cannot be filled in")) from None
    return Filled("".join(parts), frozenset(filling.found), tuple(dict.fromkeys(filling.gaps)))


class _Filling:
    """One letter while it is filled in: what it mentions so far, and what was not known."""

    __slots__ = ("_escape", "_gap", "_wrap", "found", "gaps")

    def __init__(
        self,
        escape: Callable[[str], str] | None = None,
        gap: Callable[[str], str] | None = None,
        wrap: Wrap | None = None,
    ) -> None:
        self._escape = escape
        self._gap = gap
        self._wrap = wrap
        self.found: set[str] = set()
        self.gaps: list[str] = []

    def printed(self, value: object) -> str:
        """A value as it stands in the letter."""
        text = str(value)  # of what is not known: its gap
        return text if self._escape is None or isinstance(value, _Unknown) else self._escape(text)

    def unknown(self, name: str) -> str:
        """What is printed for a value that is not known."""
        if self._gap is None:
            raise NotFilled(f"`{name}` is not known")
        self.gaps.append(name)
        return self._gap(name)

    def said(self, item: str, caller: Callable[[], str]) -> str:
        """A passage; if it says something, and all of it is known, its item is given."""
        before = len(self.gaps)
        text = str(caller())
        if not text.strip():
            return text
        if len(self.gaps) == before:
            self.found.add(item)
        return text if self._wrap is None else self._wrap(item, text)


def _held(values: Mapping[str, object], filling: _Filling) -> dict[str, object]:
    """Every root, so that a value which is not there is named as not known."""
    alone = {root: values.get(root) or _Unknown(root, filling) for root in ALONE}
    return alone | {root: _Held(root, dict(_map(values.get(root))), filling) for root in ROOTS if root not in ALONE}


def _map(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


class _Held:
    """A map of which a template sees the entries alone: a fact named `items` is no method of a dictionary."""

    __slots__ = ("_filling", "_root", "_values")

    def __init__(self, root: str, values: Mapping[str, object], filling: _Filling) -> None:
        self._root = root
        self._values = values
        self._filling = filling

    def __getitem__(self, name: str) -> object:
        value = self._values.get(name)
        return _Unknown(f"{self._root}.{name}", self._filling) if value is None else value


class _Unknown:
    """A value that is not known: false where it is asked about, and a gap where it is printed."""

    __slots__ = ("_filling", "_name")

    def __init__(self, name: str, filling: _Filling) -> None:
        self._name = name
        self._filling = filling

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return self._filling.unknown(self._name)

    def __iter__(self) -> Iterator[str]:  # a filter may ask for its parts
        return iter((str(self),))

    def __len__(self) -> int:
        return len(str(self))


def _default(value: object, otherwise: object = "") -> object:
    return otherwise if isinstance(value, _Unknown) else value


def _lower(message: str) -> str:
    """The message of the library in the manner of ours: a small letter first, no full stop."""
    return (message[:1].lower() + message[1:]).rstrip(".")


def _environment(filling: _Filling) -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,  # what makes a value plain depends on the language of the letter, which is not HTML
        keep_trailing_newline=True,
        finalize=filling.printed,
        extensions=[_mention_of(filling)],
    )
    environment.globals.clear()
    environment.filters = {name: environment.filters[name] for name in FILTERS} | {"default": _default}
    return environment


def _mention_of(filling: _Filling) -> Any:
    """The tag `mention`: its passage is printed, and if it says something its item is noted."""
    from jinja2 import nodes
    from jinja2.ext import Extension

    class Mention(Extension):
        """`{% mention ITEM %}…{% endmention %}`."""

        tags = {"mention"}  # noqa: RUF012 - so Jinja2 declares it

        def parse(self, parser: Any) -> nodes.Node:
            line = next(parser.stream).lineno
            item = parser.stream.expect("name").value
            body = parser.parse_statements(("name:endmention",), drop_needle=True)
            call = self.call_method("_said", [nodes.Const(item)])
            return nodes.CallBlock(call, [], [], body).set_lineno(line)

        def _said(self, item: str, caller: Any) -> Any:
            return filling.said(item, caller)

    return Mention


class _Reading:
    """Walks the tree of a template: what is not taken of Jinja2's language is a mistake."""

    def __init__(self) -> None:
        self.values: list[Value] = []
        self.mentions: list[tuple[str, int]] = []
        self.mistakes: list[Mistake] = []
        self._loop: str | None = None

    def read(self, node: nodes.Node) -> None:
        """One node with all that it holds."""
        from jinja2 import nodes

        plain = (
            *(nodes.Template, nodes.TemplateData, nodes.Const, nodes.If, nodes.CondExpr),
            *(nodes.And, nodes.Or, nodes.Not, nodes.Compare),
        )
        if isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
            self._value(node)
        elif isinstance(node, nodes.CallBlock) and isinstance(node.call.node, nodes.ExtensionAttribute):
            self._mention(node)
        elif isinstance(node, nodes.For):
            self._list(node)
        elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
            help = f"there are {', '.join(f'`{one}`' for one in sorted(FILTERS))}"
            self.mistakes.append(Mistake(node.lineno, f"there is no filter `{node.name}`", help))
        elif isinstance(node, nodes.Output):
            for part in node.nodes:
                self._printed(part)
        elif isinstance(node, (*plain, nodes.Filter)) or (isinstance(node, nodes.Operand) and node.op in COMPARISONS):
            for child in node.iter_child_nodes():
                self.read(child)
        else:
            self._refuse(node)

    def _printed(self, node: nodes.Node) -> None:
        """A part of what is printed: a value by itself is read in the letter."""
        from jinja2 import nodes

        before = len(self.values)
        self.read(node)
        if isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem) and len(self.values) > before:
            self.values[-1] = self.values[-1]._replace(printed=True)

    def _refuse(self, node: nodes.Node) -> None:
        from jinja2 import nodes

        help = "a letter takes values, `if`, `for` over one list, `mention`, and a few filters"
        said = "use `" + type(node).__name__.lower() + "`"
        for kinds, what in (
            ((nodes.BinExpr, nodes.UnaryExpr, nodes.Concat), "compute"),
            ((nodes.Call, nodes.CallBlock, nodes.Macro), "call anything"),
            ((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends), "take in other files"),
            ((nodes.Getattr, nodes.Getitem), "look into a value"),
            ((nodes.Operand,), "ask which value is less"),
        ):
            if isinstance(node, kinds):
                said = what
        self.mistakes.append(Mistake(node.lineno, f"a template cannot {said}", help))

    def _value(self, node: nodes.Name | nodes.Getattr | nodes.Getitem) -> None:
        root, name = _path(node)
        if root is None:
            self._refuse(node)
        elif root == self._loop and not name:
            pass
        elif root not in ROOTS:
            help = f"a value begins with {', '.join(f'`{one}`' for one in ROOTS)}"
            self.mistakes.append(Mistake(node.lineno, f"there is no value `{root}`", help))
        elif (root in ALONE) == bool(name):
            self.mistakes.append(Mistake(node.lineno, f"`{root}` is not a value by itself", f"write {ROOTS[root]}"))
        elif root in FIXED and name not in FIXED[root]:
            self.mistakes.append(Mistake(node.lineno, f"there is no value `{root}.{name}`", f"write {ROOTS[root]}"))
        else:
            self.values.append(Value(root, name, node.lineno))

    def _mention(self, node: nodes.CallBlock) -> None:
        from jinja2 import nodes

        argument = node.call.args[0]
        assert isinstance(argument, nodes.Const), "only the tag `mention` makes such a block"
        self.mentions.append((argument.value, node.lineno))
        for child in node.body:
            self.read(child)

    def _list(self, node: nodes.For) -> None:
        from jinja2 import nodes

        if self._loop is not None or node.recursive or node.test is not None or not isinstance(node.target, nodes.Name):
            self.mistakes.append(
                Mistake(node.lineno, "a template cannot use this `for`", "go over one list, not nested")
            )
            return
        self.read(node.iter)
        self._loop = node.target.name
        for child in (*node.body, *node.else_):
            self.read(child)
        self._loop = None


def _path(node: nodes.Node) -> tuple[str | None, str]:
    """`facts` and `amount` of `facts.amount` or `facts['amount']`; None for anything longer or computed."""
    from jinja2 import nodes

    if isinstance(node, nodes.Name):
        return node.name, ""
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        return node.node.name, node.attr
    if isinstance(node, nodes.Getitem) and isinstance(node.node, nodes.Name) and isinstance(node.arg, nodes.Const):
        return node.node.name, str(node.arg.value)
    return None, ""
