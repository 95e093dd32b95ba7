# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi sandbox call`: call a number of a running sandbox."""

import argparse
import http.client
import json
import os
import re
import urllib.error
from typing import Any

from vocode_pulumi.cli.console import Commands, fail
from vocode_pulumi.sandbox.client import SandboxClient
from vocode_pulumi.sandbox.masking import masked_text, masked_url
from vocode_pulumi.sandbox.options import API_KEY_VARIABLE, DEFAULT_API_KEY


def register(actions: Commands) -> None:
    """Add the command."""
    call = actions.add_parser(
        "call",
        help="call a number of a running sandbox",
        description="Call a number of a running sandbox. Print the transcript and the deliveries. "
        f"The key is in VOCODE_API_KEY, or {API_KEY_VARIABLE}, or is {DEFAULT_API_KEY!r}.",
    )
    call.add_argument("number", type=_digits, metavar="NUMBER", help="the number to call")
    call.add_argument(
        "--from",
        dest="caller",
        type=_digits,
        required=True,
        metavar="NUMBER",
        help="the number of the caller",
    )
    call.add_argument(
        "--say",
        action="append",
        metavar="WORDS",
        help="a turn of the caller; may be repeated (a greeting and a goodbye)",
    )
    call.add_argument(
        "--base-url",
        default=os.environ.get("VOCODE_BASE_URL") or "http://127.0.0.1:8787",
        metavar="URL",
        help="the address of the sandbox ($VOCODE_BASE_URL, or %(default)s)",
    )
    call.set_defaults(task=_call)


def _digits(text: str) -> str:
    digits = re.sub(r"[\s().+-]", "", text)
    if not re.fullmatch(r"[0-9]{3,15}", digits):
        raise argparse.ArgumentTypeError("must be digits with the country code, as in 14155550100")
    return digits


def _call(options: argparse.Namespace) -> int:
    url = options.base_url.rstrip("/")
    shown = masked_url(url)
    if not re.match("https?://", url, re.IGNORECASE):
        return fail("the address is not an http or https URL: give --base-url or VOCODE_BASE_URL")
    key = os.environ.get("VOCODE_API_KEY") or os.environ.get(API_KEY_VARIABLE) or DEFAULT_API_KEY
    account = SandboxClient(url, key)
    try:
        call = account.call_number(options.number, from_number=options.caller, say=options.say)
        deliveries = account.deliveries(call["id"])
    except urllib.error.HTTPError as error:
        return fail(f"{shown}: {_refusal(error)}")
    except TimeoutError as error:
        return fail(str(error))
    except OSError as error:
        reason = getattr(error, "reason", error)
        return fail(f"{shown}: {reason}: start one with `vocode-pulumi sandbox serve`")
    except (http.client.HTTPException, ValueError):
        return fail(f"{shown}: is not a sandbox")
    if call["transcript"]:
        print(masked_text(call["transcript"]))
    for delivery in deliveries:
        print(_line(delivery))
    if call["error_message"]:
        return fail(f"the call did not connect: {call['error_message']}")
    return 0 if all(delivery["state"] == "delivered" for delivery in deliveries) else 1


def _line(delivery: dict[str, Any]) -> str:
    """A delivery with its state, and why it is in that state."""
    last = delivery["attempts"][-1] if delivery["attempts"] else {}
    why = delivery.get("reason") or last.get("error") or last.get("status")
    name = f"{delivery['state']:<9} {delivery['kind']}"
    return f"{name} {delivery['method']} {masked_url(delivery['url'])}: {why}"


def _refusal(error: urllib.error.HTTPError) -> str:
    try:
        words = _words(json.loads(error.read())["detail"])
    except (ValueError, KeyError, TypeError):
        words = "Not Found"
    if words == "Not Found":
        return f"is not a sandbox (it answered {error.code})"
    return words


def _words(detail: Any) -> str:
    """The ``detail`` of a refusal, which is a text or a list of problems."""
    if isinstance(detail, str):
        return detail
    return "; ".join(f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in detail)
