# SPDX-License-Identifier: Apache-2.0
"""What an error of ``obstore`` means, in a few words.

Its errors have a dump for developers after the first line. Only this dump says why a connection failed.
"""

import re

from obstore import exceptions

FAILURES = (exceptions.BaseError, OSError)
"""What a call of the library raises."""
NO_BUCKET = "there is no such bucket or container"

_NO_BUCKET = re.compile("NoSuchBucket|ContainerNotFound|The specified bucket does not exist")
_STATUS = re.compile(r"status code: (\d{3}) ?([A-Z][A-Za-z -]*)?")
_CODE = re.compile(r"<Code>(\w+)</Code>")
_CONNECTION = re.compile(r"HttpError \{\s+kind: (\w+)")
_CREDENTIALS_REFUSED = re.compile(
    "InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken|TokenRefreshRequired"
    "|AuthenticationFailed|InvalidAuthenticationInfo"
)
_NO_CREDENTIALS = re.compile(r"credential provider: (?:\w+: )?(.*)")
_NO_TOKEN = re.compile(r"token request: Error performing \w+ https?://([^/\s]+)\S* in \S+ - (.*)")
_MACHINE_IDENTITY = ("169.254.", "metadata.")
"""How the address begins where a machine of a cloud asks for its own identity."""
_OF_LIBRARY = re.compile(r"^Generic \w+ error: ")


def is_no_bucket(error: Exception) -> bool:
    """Whether the bucket or the container does not exist."""
    return bool(_NO_BUCKET.search(str(error)))


def is_refusal(error: Exception) -> bool:
    """Whether the service has certainly not done what was asked, and will not do it when asked again."""
    text = str(error)
    status = _STATUS.search(text)
    return (
        isinstance(error, exceptions.UnauthenticatedError | exceptions.PermissionDeniedError)
        or bool(_NO_TOKEN.search(text))
        or (status is not None and status[1] in ("401", "403"))
        or bool(_CREDENTIALS_REFUSED.search(text))
        or is_no_bucket(error)
    )


def is_timeout(error: Exception) -> bool:
    """Whether no answer came in time."""
    found = _CONNECTION.search(str(error))
    return found is not None and found[1] == "Timeout"


def reason_of(error: Exception, act: str = "") -> str:
    """Why a call failed.

    Args:
        error: what the library raised.
        act: what the call was to do, such as ``list objects``.
    """
    text = str(error)
    if is_no_bucket(error):
        return NO_BUCKET
    if found := _NO_CREDENTIALS.search(text):
        return f"its credentials could not be had: {found[1]}"
    if found := _NO_TOKEN.search(text):
        if found[1].startswith(_MACHINE_IDENTITY):
            return "no credentials were found, and this machine has no identity of its own"
        return f"no token could be had from {found[1]}: {found[2]}"
    status, code, connection = (each.search(text) for each in (_STATUS, _CODE, _CONNECTION))
    said = " ".join(each for each in (status and status[1], code and code[1]) if each)
    if _CREDENTIALS_REFUSED.search(text) or (status and status[1] == "401"):
        return f"it refuses the credentials ({said})"
    if status and status[1] == "403":
        return f"the credentials do not allow to {act} ({said})"
    if status:
        phrase = (status[2] or "").strip()
        in_words = f" {phrase}" if phrase else ""
        in_code = f" ({code[1]})" if code else ""
        return f"it answered {status[1]}{in_words}{in_code}"
    if "redirect without LOCATION" in text:
        return "the bucket is in another region: correct region=… in the URL"
    match connection and connection[1]:
        case "Timeout":
            return "it did not answer in time"
        case "Connect":
            return f"it cannot be reached{_why_not_reached(text)}"
        case "Request" | "Interrupted" | "Decode":
            return "the connection was cut"
    return first_line(error)


def _why_not_reached(text: str) -> str:
    if "dns error" in text:
        return ": its name has no address"
    if "Connection refused" in text:
        return ": nobody listens at that address"
    if "InvalidContentType" in text:
        return ": it does not speak TLS"
    if "UnknownIssuer" in text or "certificate" in text.lower():
        return ": its certificate is not trusted"
    return ""


def first_line(error: Exception) -> str:
    """What an error says, without the library's dump."""
    said = _OF_LIBRARY.sub("", str(error).partition("\n")[0]).rstrip(".")
    return said or type(error).__name__
