# SPDX-License-Identifier: Apache-2.0
"""Opening a shared store by its URL: one that ``pulumi login`` takes, or that another package opens.

Another package names a function for a scheme in its entry points (:data:`STORES`).

Facts: https://www.pulumi.com/docs/iac/concepts/state-and-backends; Pulumi's ``pkg/backend/diy`` and
``gocloud.dev/blob``, which read these URLs.
"""

import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, NoReturn
from urllib.parse import parse_qs, unquote, urlencode, urlsplit, urlunsplit

from vocode_pulumi.errors import ConfigError
from vocode_pulumi.purchasing.place import SHARED
from vocode_pulumi.purchasing.store import Store

STORES = "vocode_pulumi.stores"
"""The group of entry points: the name is a scheme, and the value is a function from a URL to a store."""
FOLDER = ".vocode"
"""Where the ledger lies in a bucket, beside Pulumi's ``.pulumi``."""
TIMEOUT = timedelta(seconds=10)
"""How long one request to the store may take."""
CONNECT_TIMEOUT = timedelta(seconds=3)

_S3 = {
    *("region", "profile", "endpoint", "anonymous", "disableSSL", "disable_https"),
    *("s3ForcePathStyle", "use_path_style", "ssetype", "kmskeyid", "awssdk", "hostname_immutable"),
    *("dualstack", "fips", "accelerate", "rate_limiter_capacity"),
    *("request_checksum_calculation", "response_checksum_validation"),
}
_AZURE = {"storage_account", "domain", "protocol", "cdn", "localemu"}


def open_store(url: str, environ: Mapping[str, str] = os.environ) -> Store:
    """Open the store that a URL names. Nothing is asked of it yet.

    Args:
        url: a URL as ``pulumi login`` takes it, with its query; or a URL that another package opens.
        environ: environment variables.

    Raises:
        ConfigError: the URL cannot be right, or the package that reads it is not installed.
    """
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    match parts.scheme:
        case "s3":
            _require_known(url, query, _S3)
            bucket = _s3(parts.netloc, _prefix(parts.path), query)
        case "gs":
            _require_known(url, query, set())
            bucket = _google(parts.netloc, _prefix(parts.path), environ)
        case "azblob":
            _require_known(url, query, _AZURE)
            bucket = _azure(parts.netloc, _prefix(parts.path), query, environ)
        case "postgres" | "postgresql":
            return _postgres(url, query)
        case scheme:
            return _of_another_package(scheme, url)
    from vocode_pulumi.purchasing.stores.object_store import ObjectStore

    return ObjectStore(bucket, url)


def _fail(url: str, why: str) -> NoReturn:
    where = url.partition("?")[0].rpartition("@")[2]
    raise ConfigError(
        f"The ledger {where} {why}. Set vocode:ledger or VOCODE_LEDGER to the URL that `pulumi login` takes, "
        'to "backend", or to a path.'
    )


def _of_another_package(scheme: str, url: str) -> Store:
    # Imported here, because the built-in stores do not need it.
    from importlib.metadata import entry_points

    found = [*entry_points(group=STORES, name=scheme)]
    if not found:
        _fail(
            url,
            f"has none of the schemes {', '.join(SHARED)}, and no installed package opens its scheme",
        )
    if len(found) > 1:
        packages = ", ".join(sorted(point.dist.name for point in found if point.dist))
        _fail(url, f"has a scheme that more than one installed package opens ({packages})")
    try:
        opens: Callable[[str], Store] = found[0].load()
    except (ImportError, AttributeError) as error:
        _fail(url, f"cannot be opened by {found[0].value} of an installed package ({error})")
    return opens(url)


def _require_known(url: str, query: Mapping[str, str], known: set[str]) -> None:
    if not urlsplit(url).netloc:
        _fail(url, "names no bucket")
    for name in query:
        if name not in known:
            _fail(url, f"has the parameter {name!r}, which is not understood")


def _prefix(path: str) -> str:
    return "/".join(part for part in (unquote(path).strip("/"), FOLDER) if part)


def _s3(bucket: str, prefix: str, query: Mapping[str, str]) -> Any:
    stores = _stores("objects")
    has_tls = not (_is_true(query, "disableSSL") or _is_true(query, "disable_https"))
    config: dict[str, Any] = {
        "virtual_hosted_style_request": not (
            _is_true(query, "s3ForcePathStyle") or _is_true(query, "use_path_style")
        )
        and "endpoint" not in query,
    }
    if endpoint := query.get("endpoint"):
        scheme = "https" if has_tls else "http"
        config["endpoint"] = endpoint if "://" in endpoint else f"{scheme}://{endpoint}"
    for name, theirs in (
        ("region", "region"),
        ("ssetype", "server_side_encryption"),
        ("kmskeyid", "sse_kms_key_id"),
    ):
        if name in query:
            config[theirs] = query[name]
    provider = None
    if _is_true(query, "anonymous"):
        config["skip_signature"] = True
    else:
        provider = _boto3_credentials(query.get("profile"), config)
    return stores.S3Store(
        bucket,
        prefix=prefix,
        config=config,
        credential_provider=provider,
        **_options(has_tls),
    )


def _boto3_credentials(profile: str | None, config: dict[str, Any]) -> Any:
    """Credentials as Pulumi finds them, profiles and SSO included."""
    try:
        import boto3  # type: ignore[import-untyped]
        from obstore.auth.boto3 import Boto3CredentialProvider
    except ImportError as error:
        _fail_for_missing("objects", error)
    from botocore.exceptions import BotoCoreError  # type: ignore[import-untyped]

    try:
        session = boto3.session.Session(profile_name=profile)
        config.setdefault("region", session.region_name or "us-east-1")
        return Boto3CredentialProvider(session)
    except (BotoCoreError, ValueError) as error:
        raise ConfigError(f"The ledger has no credentials of AWS: {error}") from error


def _google(bucket: str, prefix: str, environ: Mapping[str, str]) -> Any:
    stores = _stores("objects")
    config: dict[str, Any] = {}
    if credentials := environ.get("GOOGLE_CREDENTIALS"):
        is_file = not credentials.lstrip().startswith("{")
        config["service_account" if is_file else "service_account_key"] = credentials
    return stores.GCSStore(bucket, prefix=prefix, config=config, **_options(has_tls=True))


def _azure(
    container: str, prefix: str, query: Mapping[str, str], environ: Mapping[str, str]
) -> Any:
    stores = _stores("objects")
    account = query.get("storage_account") or environ.get("AZURE_STORAGE_ACCOUNT")
    config: dict[str, Any] = {}
    if account:
        config["account_name"] = account
    if key := environ.get("AZURE_STORAGE_KEY"):
        config["account_key"] = key
    if token := environ.get("AZURE_STORAGE_SAS_TOKEN"):
        config["sas_key"] = token
    has_tls = query.get("protocol") != "http"
    if domain := query.get("domain") or environ.get("AZURE_STORAGE_DOMAIN"):
        scheme = "https" if has_tls else "http"
        is_local = _is_true(query, "localemu") or domain.startswith(("127.0.0.1", "localhost"))
        config["endpoint"] = (
            f"{scheme}://{domain}/{account}" if is_local else f"{scheme}://{account}.{domain}"
        )
    return stores.AzureStore(container, prefix=prefix, config=config, **_options(has_tls))


def _options(has_tls: bool) -> dict[str, Any]:
    # The library repeats no request: it would take its own object for somebody else's.
    return {
        "client_options": {
            "timeout": TIMEOUT,
            "connect_timeout": CONNECT_TIMEOUT,
            "allow_http": not has_tls,
        },
        "retry_config": {"max_retries": 0, "retry_timeout": TIMEOUT},
    }


def _postgres(url: str, query: Mapping[str, str]) -> Store:
    parts = urlsplit(url)
    table = query.get("table", "pulumi_state")
    rest = urlencode({name: value for name, value in query.items() if name != "table"})
    conninfo = urlunsplit(("postgresql", parts.netloc, parts.path, rest, ""))
    try:
        from vocode_pulumi.purchasing.stores.postgres import PostgresStore
    except ImportError as error:
        _fail_for_missing("postgres", error)
    host = parts.netloc.rpartition("@")[2]
    where = urlunsplit((parts.scheme, host, parts.path, f"table={table}", ""))
    return PostgresStore(conninfo, f"{table}_vocode", where)


def _stores(extra: str) -> Any:
    try:
        from obstore import store
    except ImportError as error:
        _fail_for_missing(extra, error)
    return store


def _fail_for_missing(extra: str, error: ImportError) -> NoReturn:
    raise ConfigError(
        f"The ledger needs packages that are not installed ({error.name}): "
        f"`pip install 'pulumi-vocode[{extra}]'`."
    ) from error


def _is_true(query: Mapping[str, str], name: str) -> bool:
    return query.get(name) in ("1", "t", "T", "true", "TRUE", "True")
