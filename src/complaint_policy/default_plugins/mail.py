"""Makes an electronic letter of a notice, in which no text of the notice can end a header."""

from __future__ import annotations

from email.message import EmailMessage

from complaint_policy.channels import Notice
from complaint_policy.digest import sha256

KEY_HEADER = "Complaint-Policy-Key"
RECIPIENT_HEADER = "Complaint-Policy-Recipient"
LONGEST_ADDRESS = 254
"""Characters of an address (RFC 5321, 4.5.3.1.3, less the brackets)."""


def mail_of(notice: Notice, sender: str) -> EmailMessage:
    """The letter, for whom it is left out. Its `Message-ID` follows from the key, so that each attempt has the same."""
    from email.policy import SMTP
    from email.utils import formatdate

    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["Subject"] = on_one_line(notice.subject)
    message["Date"] = formatdate(notice.made_at)
    domain = sender.rpartition("@")[2].rstrip(">") or "localhost"
    message["Message-ID"] = f"<{sha256(notice.key.encode('utf-8', 'replace')).hexdigest()[:40]}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message[KEY_HEADER] = on_one_line(notice.key)
    message["Complaint-Policy-Case"] = on_one_line(notice.case_id)
    message["Complaint-Policy-Kind"] = on_one_line(notice.kind)
    if language := on_one_line(notice.language):
        message["Content-Language"] = language
    message.set_content(storable(notice.text))
    if notice.html:
        message.add_alternative(storable(notice.html), subtype="html")
    return message


def on_one_line(text: str) -> str:
    """The text without line ends and other control characters, by which it would end what it stands in."""
    return " ".join("".join(one if one.isprintable() else " " for one in storable(text)).split())


def storable(text: str) -> str:
    """The text with `?` for what no file and no letter can hold: halves of characters, and nul."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "?")


def address_problem(address: str) -> str:
    """Why nothing can be sent to this address, or the empty text."""
    from email.errors import HeaderParseError
    from email.headerregistry import Address

    if not address.strip():
        return "no address is given"
    if not address.isprintable() or any(one.isspace() for one in address):
        return "an address is one word, without spaces and line ends"
    if not address.isascii():
        return "an address is of ASCII characters: a domain in other letters is written as `xn--…`"
    if len(address) > LONGEST_ADDRESS:
        return f"an address has at most {LONGEST_ADDRESS} characters"
    try:
        parsed = Address(addr_spec=address)
    except (HeaderParseError, ValueError, IndexError):
        return "this is no address: write `name@example.org`"
    return "" if parsed.username and parsed.domain else "this is no address: write `name@example.org`"
