"""Commands for letters: a draft from the policy's template, a letter marked as sent, and the letters that were."""

from __future__ import annotations

import click

from complaint_policy.cli.case_options import NameValue, tell_not_accepted
from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.cli.moments import Moment
from complaint_policy.cli.stores import actor_options, store_option

FORMATS = click.Choice(["markdown", "html", "text"])


@click.command("letter", short_help="Draft a letter about a case, and mark it as sent.")
@click.argument("case_id", metavar="ID")
@click.argument("name", metavar="LETTER")
@click.argument("fields", metavar="[FIELD=VALUE]...", nargs=-1, type=NameValue())
@click.option("--set", "passages", multiple=True, type=NameValue(), metavar="NAME=TEXT", help="A passage; repeatable.")
@click.option("--values", "file", type=click.Path(), metavar="FILE", help="Passages in a file of YAML: name: text.")
@click.option("--language", metavar="TAG", help="One of the languages of its template. Default: the policy's own.")
@click.option("--format", "form", type=FORMATS, default="markdown", help="How it is written. Default: markdown.")
@click.option("--marked", is_flag=True, help="With marks around the passages, to be edited and given back with --text.")
@click.option(
    "--text", type=click.Path(), metavar="FILE", help="The text as a person has edited it, instead of the draft."
)
@click.option("--as-of", type=Moment(), help="As of when it is drafted. Default: now; of one that was sent, then.")
@click.option("--sent-at", type=Moment(), help="It was sent then: record that, if it gives what is asked of it.")
@click.option(
    "--confirms", multiple=True, metavar="ITEM", help="You confirm that the text gives this item; repeatable."
)
@click.option("--incomplete", metavar="REASON", default="", help="It went out although something is missing, and why.")
@click.option("--output", "-o", type=click.Path(), metavar="FILE", help="Write it here. Default: standard output.")
@store_option
@actor_options
def letter(
    case_id: str,
    name: str,
    fields: tuple[tuple[str, str], ...],
    passages: tuple[tuple[str, str], ...],
    file: str | None,
    language: str | None,
    form: str,
    marked: bool,
    text: str | None,
    as_of: int | None,
    sent_at: int | None,
    confirms: tuple[str, ...],
    incomplete: str,
    output: str | None,
    store: str | None,
    actor: str | None,
    role: str,
) -> int:
    """Write a letter about a case from the policy's template, and tell what is still to be written and what is missing.

    With --sent-at it is recorded as sent: its event with the items that the text gives, and the text itself. A letter
    that lacks what a duty asks of it is not, unless it went out --incomplete; the duty then stays owed. FIELD=VALUE are
    fields of the event, as for `case event`.

    \b
    complaint-policy case letter C-1042 acknowledgement --set name="Ms Lee" --values passages.yaml --format html
    complaint-policy case letter C-1042 final-response outcome=upheld --text final.md --sent-at now
    """
    from complaint_policy.cli.stores import clock, opened, who

    acting, now = who(actor, role), clock()
    if sent_at is None:
        _only_of_sent_ones({"--confirms": confirms, "--incomplete": incomplete, "FIELD=VALUE": fields})
    if marked and (form != "markdown" or sent_at is not None):
        raise click.UsageError("`--marked` is a draft in Markdown, to be edited")
    if sent_at is not None and sent_at > now:
        raise click.UsageError("`--sent-at` is still to come: a letter is marked when it has been sent")
    from complaint_policy.casework.adoptions import Policies
    from complaint_policy.casework.intake import NotAccepted
    from complaint_policy.casework.sending import Sending
    from complaint_policy.casework.told_values import fields_told
    from complaint_policy.cli.letter_writing import drafted_letter, passages_in, send, show, text_in

    written, edited = {**passages_in(file), **dict(passages)}, text_in(text)
    with opened(store) as cases:
        try:
            stored = cases.case(case_id)
            loaded = Policies(cases).in_use(stored.row.policy)
            moment = sent_at if sent_at is not None else now if as_of is None else as_of
            draft = drafted_letter(loaded, stored, name, language, written, moment)
            if draft is None:
                return ExitCode.DATA
            data = fields_told(loaded.policy, draft.communication.sent_by, fields)
            sending = Sending(draft, moment, acting, edited, confirms, data, incomplete)
            if sent_at is None:
                return show(loaded, stored, sending, form, marked, output, now)
            return send(cases, loaded, case_id, sending, form, output, now)
        except NotAccepted as refused:
            return tell_not_accepted(refused, {"at": "--sent-at", "recorded_at": "--sent-at", "by": "--actor"})


def _only_of_sent_ones(options: dict[str, object]) -> None:
    for option, given in options.items():
        if given:
            raise click.UsageError(f"`{option}` is of a letter that was sent: add `--sent-at`")


@click.command("letters", short_help="The letters of a case: sent ones, and those that can be written.")
@click.argument("case_id", metavar="ID")
@click.argument("number", metavar="[NUMBER]", type=click.IntRange(1), required=False)
@click.option("--format", "form", type=FORMATS, default="markdown", help="How the letter is shown. Default: markdown.")
@click.option("--output", "-o", type=click.Path(), metavar="FILE", help="Write it here. Default: standard output.")
@store_option
def letters(case_id: str, number: int | None, form: str, output: str | None, store: str | None) -> int:
    """List the letters that were sent about a case, or show that with this number as it went out.

    \b
    complaint-policy case letters C-1042
    complaint-policy case letters C-1042 1 --format html -o letter.html
    """
    from complaint_policy.casework.adoptions import Policies
    from complaint_policy.casework.sending import letters_sent
    from complaint_policy.cli.letter_writing import listed, write
    from complaint_policy.cli.showing import say
    from complaint_policy.cli.stores import opened

    with opened(store) as cases:
        stored = cases.case(case_id)
        sent = list(letters_sent(stored.entries))
        if number is None:
            say(listed(Policies(cases).in_use(stored.row.policy).policy, sent))
            return ExitCode.FINE
    if number > len(sent):
        raise click.UsageError(f"`{case_id}` has {len(sent)} sent letters")
    one = sent[number - 1]
    write(one.text, one.subject, one.language, form, output)
    return ExitCode.FINE
