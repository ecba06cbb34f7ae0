"""Letters and messages: the file of each template beside the policy, what it asks for and what it mentions."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic, nearest
from complaint_policy.policy.compiling.draft import Draft, mapping_in, section, text_in
from complaint_policy.policy.compiling.events import event_named
from complaint_policy.policy.compiling.happenings import read_content
from complaint_policy.policy.compiling.languages import ENGLISH, OWN_LANGUAGE, words_under
from complaint_policy.policy.compiling.names import good_id, meant
from complaint_policy.policy.compiling.places import duties_of_packs
from complaint_policy.policy.messages import Communication
from complaint_policy.policy.nodes import Mapping, Node, Scalar
from complaint_policy.policy.source import read_file
from complaint_policy.policy.source_text import decoded
from complaint_policy.templates import Value, read_template

NO_FILE = Code(
    "CP850",
    "the template of a letter cannot be taken",
    "A template is a text file in the folder of its policy, or in a folder below it. No other place is looked at, so"
    " that nothing else on the machine can be read by naming it.",
)
TEMPLATE = Code(
    "CP851",
    "a template cannot be used",
    "Of the language of templates a letter takes values, conditions, a list, and `mention`. What computes, calls or"
    " includes is refused, so that a letter can do nothing but say something.",
)
NOT_MENTIONED = Code(
    "CP852",
    "a letter does not mention what it must contain",
    "Each item of `content` has a passage in the template: `{% mention ITEM %}…{% endmention %}`. When the letter is"
    " written, the items are those whose passages really say something.",
)
MENTIONED_ONLY = Code(
    "CP853",
    "a letter mentions what its `content` does not list",
    "`content` says what a letter gives, and duties are met by it. A passage for an item that is not listed there is"
    " mostly a misspelt name.",
)


def compile_communications(draft: Draft) -> tuple[Communication, ...]:
    """The letters of the policy itself, with the texts of their templates; files that were read are noted."""
    found = []
    for key, node in section(draft, "communications"):
        body = mapping_in(node, draft)
        if body is not None and good_id(key.text, "communication", key.location, draft.problems):
            found.append(_communication(key, body, draft))
    return tuple(found)


def _communication(key: Scalar, body: Mapping, draft: Draft) -> Communication:
    draft.declare("communication", key.text, key.location)
    written, sent = body.get("content"), body.get("sent_by")
    content = read_content(written, draft) if written is not None else ()
    templates = tuple(
        (language, text)
        for language, place in _places(body.get("template"), draft)
        if (text := _template(place, content, draft)) is not None
    )
    subject = body.get("subject")
    for line in [one for _, one in subject.entries] if isinstance(subject, Mapping) else [subject]:
        if isinstance(line, Scalar):
            _read(line.text, line.location, draft)
    return Communication(
        id=key.text,
        says=words_under(body, "says", draft),
        subject=words_under(body, "subject", draft),
        sent_by=(event_named(sent, draft) or "") if sent is not None else "",
        content=content,
        templates=templates,
    )


def _places(node: Node | None, draft: Draft) -> list[tuple[str, Scalar]]:
    """The names of the template's files by language, that of the policy's own first."""
    own = text_in(draft.root.get("language"), draft) or ENGLISH
    if isinstance(node, Mapping):
        files = {tag.text: place for tag, place in node.entries if isinstance(place, Scalar)}
        if own not in files:
            help = f"add `{own}:` with a file, or name another `language` at the top of the file"
            draft.report(OWN_LANGUAGE, f"this is not said in `{own}`, the language of the file", node.location, help)
        return sorted(files.items(), key=lambda one: (one[0] != own, one[0]))
    return [(own, node)] if isinstance(node, Scalar) and not node.empty else []


def _template(place: Scalar, content: tuple[str, ...], draft: Draft) -> str | None:
    """The text of one template, None with a problem; what it mentions is held against the content."""
    lines, file = _lines(place, draft)
    if lines is None:
        return None
    text = "\n".join(lines)
    mentions = _read(text, Location(file, 1, 1), draft)
    if mentions is None:
        return None
    for item, line in mentions:
        if item not in content:
            help = meant(item, content, "item") if content else f"add `content: [{item}]` to the letter"
            draft.report(MENTIONED_ONLY, f"`content` does not list `{item}`", Location(file, line, 1), help)
    said = {item for item, _ in mentions}
    said |= {near for item in said if item not in content and (near := nearest(item, content))}  # told above
    for item in content:
        if item not in said:
            help = f"put `{{% mention {item} %}}…{{% endmention %}}` around the passage that gives it"
            draft.report(NOT_MENTIONED, f"`{place.text}` has no passage for `{item}`", place.location, help)
    return text


def _lines(place: Scalar, draft: Draft) -> tuple[list[str] | None, str]:
    """The lines of the file named here and the name that messages give it; noted among the files read."""
    policy = Path(place.location.file)
    path, refused = _inside(place.text, policy.parent)
    if refused:
        draft.report(NO_FILE, refused, place.location, "name a file beside the policy, such as `letters/reply.md`")
        return None, ""
    data = draft.common.beside.get(place.text) or read_file(path)
    if isinstance(data, Diagnostic):
        folder = path.parent
        known = [one.name for one in sorted(folder.iterdir()) if one.is_file()] if folder.is_dir() else []
        near = meant(path.name, known[:1000], "file") if known else "write the letter there, or take `template` out"
        draft.report(NO_FILE, f"there is no file `{place.text}` to read beside the policy", place.location, near)
        return None, ""
    lines, found, _ = decoded(data, str(path))
    draft.common.letters[str(path)] = data.decode("utf-8", errors="replace")
    draft.problems.extend(found)
    return (lines, str(path)) if not found else (None, "")


def _inside(written: str, folder: Path) -> tuple[Path, str]:
    """The file meant, and why it may not be taken; links that lead out of the folder lead nowhere."""
    parts = PurePosixPath(written).parts
    path = folder.joinpath(*[part for part in parts if part != "/"])
    if not parts or written.startswith("/") or ".." in parts or "\\" in written or ":" in written or "\0" in written:
        return path, f"`{written}` is not a file beside the policy"
    here, there = folder.resolve(), path.resolve()
    if there.exists() and here not in there.parents:
        return path, f"`{written}` leads out of the folder of the policy"
    if there.exists() and not there.is_file():
        return path, f"`{written}` is no file"
    return path, ""


def _read(text: str, place: Location, draft: Draft) -> tuple[tuple[str, int], ...] | None:
    """What a template mentions; None with a problem for each mistake in it."""
    read = read_template(text)
    before = len(draft.problems)
    for mistake in read.mistakes:
        draft.problems.append(diagnostic(TEMPLATE, mistake.message, _line(place, mistake.line), mistake.help))
    for value in read.values:
        problem = _unknown(value, draft)
        if problem is not None:
            message, help = problem
            draft.report(TEMPLATE, message, _line(place, value.line), help)
    return read.mentions if len(draft.problems) == before else None


def _line(place: Location, line: int) -> Location:
    """A line of the template; a subject stands in the policy itself, at its own place."""
    return Location(place.file, line, 1) if place.line == 1 else place


def _unknown(value: Value, draft: Draft) -> tuple[str, str] | None:
    """What is wrong with the name of a value, and what may be meant."""
    decisions = [key.text for key, _ in section(draft, "classification")]
    known: dict[str, tuple[str, list[str]]] = {
        "facts": ("fact", [name for name in draft.scope if name not in decisions]),
        "decided": ("decision", [*decisions, *(["scope"] if draft.root.get("scope") is not None else [])]),
        "due": ("duty", [*draft.duties, *duties_of_packs(draft)]),
        "happened": ("event", [*draft.common.events]),
    }
    if value.root not in known:
        return None
    kind, names = known[value.root]
    if value.name in names:
        printed = value.root == "facts" and value.printed and value.name in draft.scope
        if printed and draft.scope[value.name][1].kind == "boolean":
            help = f"ask about it: `{{% if facts.{value.name} %}}…{{% endif %}}`"
            return f"`facts.{value.name}` is true or false, which a letter does not say", help
        return None
    return f"there is no {kind} `{value.name}`", meant(value.name, names, kind)


def facts_in(letter: Communication) -> set[str]:
    """The facts that a letter asks for."""
    texts = [letter.subject, *(text for _, text in letter.templates)]
    return {value.name for text in texts for value in read_template(text).values if value.root == "facts"}
