"""Texts that people read, in the policy's language and in others: `says: {en: …, fr: …}`."""

from __future__ import annotations

from collections.abc import Iterator

from complaint_policy.diagnostics import Code, Diagnostic, diagnostic
from complaint_policy.policy.compiling.draft import Common, Draft, Spoken, text_in
from complaint_policy.policy.model import Translation
from complaint_policy.policy.nodes import Mapping, Scalar

OWN_LANGUAGE = Code(
    "CP377",
    "a text is not said in the language of its file",
    "The language of a file (`language`, English if not written) is the one in which every text stands; others are"
    " translations of it.",
)
TWO_TRANSLATIONS = Code(
    "CP378",
    "one text is translated in two ways",
    "Texts are translated wherever they stand: who reads two translations of one text looks for a difference in law"
    " that is not there.",
)
UNTRANSLATED = Code(
    "CP379",
    "a language in which not everything is said",
    "Where some texts have a translation and others not, a reader gets two languages on one page.",
    "warning",
)
ENGLISH = "en"


def words_under(mapping: Mapping, key: str, draft: Draft) -> str:
    """The text under a key in the language of the file, empty if there is none; its translations are noted."""
    node = mapping.get(key)
    if node is None or (isinstance(node, Scalar) and node.empty):
        return ""
    if not isinstance(node, Mapping):
        text = text_in(node, draft) or ""
        draft.common.spoken.append(Spoken(text, node.location, {}))
        return text
    own = text_in(draft.root.get("language"), draft) or ENGLISH
    texts = {tag.text: said for tag, value in node.entries if (said := text_in(value, draft)) is not None}
    if own not in texts:
        help = f"add `{own}:` with the text, or name another `language` at the top of the file"
        draft.report(OWN_LANGUAGE, f"this is not said in `{own}`, the language of the file", node.location, help)
        return ""
    main = texts.pop(own)
    draft.common.spoken.append(Spoken(main, node.location, texts))
    return main


def translations(common: Common) -> tuple[Translation, ...]:
    """Every translation, each text once; a text that is translated in two ways is told."""
    found: dict[tuple[str, str], tuple[str, Spoken]] = {}
    for spoken in common.spoken:
        for language, said in spoken.translations.items():
            first = found.setdefault((language, spoken.text), (said, spoken))
            if first[0] != said:
                message = f"`{spoken.text}` is said in `{language}` in two ways"
                related = [("first said here", first[1].place)]
                help = f"say `{first[0]}` in both places"
                common.problems.append(diagnostic(TWO_TRANSLATIONS, message, spoken.place, help, related))
    return tuple(Translation(language, text, said) for (language, text), (said, _) in sorted(found.items()))


def untranslated(common: Common) -> Iterator[Diagnostic]:
    """For each language that a file uses, how many of its texts are not said in it, at the first of them.

    Example:
        title: An example
        owner: {en: Head of Complaints, fr: Chef du service clientèle}

    Better:
        title: {en: Complaints, fr: Plaintes}
        owner: {en: Head of Complaints, fr: Chef du service clientèle}
    """
    said = {(language, spoken.text) for spoken in common.spoken for language in spoken.translations}
    used = {(spoken.place.file, language) for spoken in common.spoken for language in spoken.translations}
    for file, language in sorted(used):
        missing = [one for one in common.spoken if one.place.file == file and (language, one.text) not in said]
        if missing:
            number = len(missing)
            message = f"{number} {'text is' if number == 1 else 'texts are'} not said in `{language}`, first this one"
            help = f"write `{{{ENGLISH}: …, {language}: …}}` here too"
            yield diagnostic(UNTRANSLATED, message, min(missing, key=lambda one: one.place.line).place, help)
