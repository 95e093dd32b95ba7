# SPDX-License-Identifier: Apache-2.0
"""Opening a shared store by its URL: one that ``pulumi login`` takes, or that another package opens.

Another package names a function for a scheme in its entry points (:data:`STORES`).

Facts: https://www.pulumi.com/docs/iac/concepts/state-and-backends; Pulumi's ``pkg/backend/diy`` and
``gocloud.dev/blob``, which read these URLs.
"""

import json
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from vocode_pulumi.errors import ConfigError
from vocode_pulumi.purchasing.place import SHARED, s3_endpoint
from vocode_pulumi.purchasing.store import Store

STORES = "vocode_pulumi.stores"
"""The group of entry points: the name is a scheme, and the value is a function from a URL to a store."""
FOLDER = ".vocode"
"""Where the ledger lies in a bucket, beside Pulumi's ``.pulumi``."""
TIMEOUT = timedelta(seconds=10)
"""How long one request to the store may take."""
CONNECT_TIMEOUT = timedelta(seconds=3)

_S3 = {
    *("region", "profile", "role", "endpoint", "anonymous", "disableSSL", "disable_https"),
    *("s3ForcePathStyle", "use_path_style", "ssetype", "kmskeyid", "awssdk", "hostname_immutable"),
    *("dualstack", "fips", "accelerate", "rate_limiter_capacity"),
    *("request_checksum_calculation", "response_checksum_validation"),
}
_AWS_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
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
            open_bucket = _s3
        case "gs":
            _require_known(url, query, set())
            open_bucket = _google
        case "azblob":
            _require_known(url, query, _AZURE)
            open_bucket = _azure
        case "postgres" | "postgresql":
            return _postgres(url, query)
        case scheme:
            return _of_another_package(scheme, url)
    stores = _stores()
    from vocode_pulumi.purchasing.stores.bucket_errors import FAILURES, first_line
    from vocode_pulumi.purchasing.stores.object_store import ObjectStore

    try:
        return ObjectStore(open_bucket(stores, url, query, environ), url)
    except FAILURES as error:
        _fail_for_credentials(url, first_line(error), error)


def _fail(url: str, why: str) -> NoReturn:
    raise ConfigError(
        f"The ledger {_without_query(url)} {why}. Set vocode:ledger or VOCODE_LEDGER to the URL that `pulumi login` "
        'takes, to "backend", or to a path.'
    )


def _fail_for_credentials(url: str, why: str, error: Exception | None = None) -> NoReturn:
    raise ConfigError(f"The ledger {_without_query(url)} cannot be opened: {why}.") from error


def _without_query(url: str) -> str:
    scheme, _, rest = url.partition("?")[0].partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


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


def _s3(stores: Any, url: str, query: Mapping[str, str], environ: Mapping[str, str]) -> Any:
    config: dict[str, Any] = {}
    has_tls = not (_is_true(query.get("disableSSL")) or _is_true(query.get("disable_https")))
    if endpoint := s3_endpoint(query, environ):
        if "://" not in endpoint:
            endpoint = f"{'https' if has_tls else 'http'}://{endpoint}"
        has_tls = not endpoint.startswith("http://")
        config["endpoint"] = endpoint
    config["virtual_hosted_style_request"] = not (
        endpoint or _is_true(query.get("s3ForcePathStyle")) or _is_true(query.get("use_path_style"))
    )
    for name, theirs in (("ssetype", "server_side_encryption"), ("kmskeyid", "sse_kms_key_id")):
        if name in query:
            config[theirs] = query[name]
    provider = None
    if _is_true(query.get("anonymous")):
        config["skip_signature"] = True
        config["region"] = query.get("region", "us-east-1")
    else:
        region = (
            query.get("region") or environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION")
        )
        if region and _are_in_environment(query, environ):
            config |= {name.lower(): environ[name] for name in _AWS_KEYS if environ.get(name)}
        else:
            provider, region = _boto3_credentials(url, query, region)
        config["region"] = region or "us-east-1"
    return stores.S3Store(
        **_place_in_bucket(url), config=config, credential_provider=provider, **_options(has_tls)
    )


def _are_in_environment(query: Mapping[str, str], environ: Mapping[str, str]) -> bool:
    """Whether AWS's credentials are those of the environment. Then ``boto3`` is not loaded: it takes long."""
    if "profile" in query or "role" in query:
        return False
    return bool(environ.get("AWS_ACCESS_KEY_ID") and environ.get("AWS_SECRET_ACCESS_KEY"))


def _boto3_credentials(
    url: str, query: Mapping[str, str], region: str | None
) -> tuple[Any, str | None]:
    """Credentials and region as Pulumi finds them: profiles, SSO and roles included."""
    try:
        import boto3  # type: ignore[import-untyped]
        from obstore.auth.boto3 import Boto3CredentialProvider, StsCredentialProvider
    except ImportError as error:
        _fail_for_missing("objects", error)
    from botocore.exceptions import BotoCoreError  # type: ignore[import-untyped]

    role = query.get("role")
    if role is not None and not role.startswith("arn:"):
        _fail(url, f"has the role {role!r}, which does not begin with arn:")
    try:
        session = boto3.session.Session(profile_name=query.get("profile"), region_name=region)
        has_credentials = session.get_credentials() is not None
    except BotoCoreError as error:
        _fail_for_credentials(url, str(error), error)
    if not has_credentials:
        _fail_for_credentials(
            url,
            "no credentials of AWS were found. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        )
    if role is None:
        return Boto3CredentialProvider(session), session.region_name
    assumed: Any = StsCredentialProvider(session, RoleArn=role, RoleSessionName="vocode-pulumi")

    def credentials_of_role() -> dict[str, Any]:
        found = assumed()
        # The library takes no other object for this time zone.
        return {**found, "expires_at": found["expires_at"].astimezone(UTC)}

    return credentials_of_role, session.region_name


def _google(stores: Any, url: str, query: Mapping[str, str], environ: Mapping[str, str]) -> Any:
    from obstore.exceptions import GenericError

    from vocode_pulumi.purchasing.stores.bucket_errors import first_line

    config: dict[str, Any] = {}
    if credentials := environ.get("GOOGLE_CREDENTIALS"):
        is_file = not credentials.lstrip().startswith("{")
        config["service_account" if is_file else "service_account_key"] = credentials
    elif token := environ.get("GOOGLE_OAUTH_ACCESS_TOKEN"):
        config["bearer_token"] = token
    has_tls = True
    if emulator := environ.get("STORAGE_EMULATOR_HOST"):
        config["base_url"] = emulator if "://" in emulator else f"http://{emulator}"
        has_tls = config["base_url"].startswith("https://")
    try:
        return stores.GCSStore(**_place_in_bucket(url), config=config, **_options(has_tls))
    except GenericError as error:
        _fail_for_credentials(
            url,
            f"the credentials of Google cannot be used ({first_line(error)}). Set GOOGLE_CREDENTIALS to the key of "
            "a service account, or GOOGLE_OAUTH_ACCESS_TOKEN",
            error,
        )


def _azure(stores: Any, url: str, query: Mapping[str, str], environ: Mapping[str, str]) -> Any:
    said = _connection_string(environ)
    account = (
        query.get("storage_account")
        or environ.get("AZURE_STORAGE_ACCOUNT")
        or said.get("AccountName")
    )
    if not account:
        _fail(
            url,
            "names no storage account: add ?storage_account=… to it, or set AZURE_STORAGE_ACCOUNT",
        )
    config: dict[str, Any] = {"account_name": account}
    if key := environ.get("AZURE_STORAGE_KEY"):
        config["account_key"] = key
    elif token := environ.get("AZURE_STORAGE_SAS_TOKEN"):
        config["sas_key"] = token
    elif key := said.get("AccountKey"):
        config["account_key"] = key
    elif token := said.get("SharedAccessSignature"):
        config["sas_key"] = token
    elif _is_logged_in_with_azure_cli(environ):
        config["use_azure_cli"] = True
    scheme = (
        query.get("protocol")
        or environ.get("AZURE_STORAGE_PROTOCOL")
        or said.get("DefaultEndpointsProtocol", "https")
    )
    domain = query.get("domain") or environ.get("AZURE_STORAGE_DOMAIN") or "blob.core.windows.net"
    is_local = domain.startswith(("127.0.0.1", "localhost")) or _is_true(
        query.get("localemu") or environ.get("AZURE_STORAGE_IS_LOCAL_EMULATOR")
    )
    is_cdn = _is_true(query.get("cdn") or environ.get("AZURE_STORAGE_IS_CDN"))
    host = f"{domain}/{account}" if is_local else domain if is_cdn else f"{account}.{domain}"
    config["endpoint"] = f"{scheme}://{host}"
    return stores.AzureStore(**_place_in_bucket(url), config=config, **_options(scheme != "http"))


def _connection_string(environ: Mapping[str, str]) -> dict[str, str]:
    text = environ.get("AZURE_STORAGE_CONNECTION_STRING") or environ.get(
        "AZURE_STORAGEBLOB_CONNECTIONSTRING", ""
    )
    return dict(part.split("=", 1) for part in text.split(";") if "=" in part)


def _is_logged_in_with_azure_cli(environ: Mapping[str, str]) -> bool:
    """Whether somebody has run ``az login`` here, and nothing names another identity."""
    if any(name in environ for name in ("AZURE_CLIENT_ID", "IDENTITY_ENDPOINT", "MSI_ENDPOINT")):
        return False
    folder = Path(environ.get("AZURE_CONFIG_DIR") or "~/.azure").expanduser()
    with suppress(OSError, ValueError, AttributeError):
        profile = json.loads((folder / "azureProfile.json").read_text("utf-8-sig"))
        return bool(profile.get("subscriptions")) and bool(shutil.which("az"))
    return False


def _place_in_bucket(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    prefix = "/".join(part for part in (unquote(parts.path).strip("/"), FOLDER) if part)
    name = "container_name" if parts.scheme == "azblob" else "bucket"
    return {name: parts.netloc, "prefix": prefix}


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
    try:
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict

        from vocode_pulumi.purchasing.stores.postgres import PostgresStore
    except ImportError as error:
        _fail_for_missing("postgres", error)
    parts = urlsplit(url)
    table = query.get("table", "pulumi_state")
    rest = urlencode({name: value for name, value in query.items() if name != "table"})
    # Put together by hand: the host may be empty.
    conninfo = f"postgresql://{parts.netloc}{parts.path}?{rest}"
    try:
        conninfo_to_dict(conninfo)
    except ProgrammingError as error:
        _fail(url, f"is no URL of PostgreSQL: {str(error).strip()}")
    host = parts.netloc.rpartition("@")[2]
    where = f"{parts.scheme}://{host}{parts.path}?table={table}"
    return PostgresStore(conninfo, f"{table}_vocode", where)


def _stores() -> Any:
    try:
        from obstore import store
    except ImportError as error:
        _fail_for_missing("objects", error)
    return store


def _fail_for_missing(extra: str, error: ImportError) -> NoReturn:
    raise ConfigError(
        f"The ledger needs packages that are not installed ({error.name}): "
        f"install the package with its extra, from a clone: `pip install './pulumi-vocode[{extra}]'`."
    ) from error


def _is_true(text: str | None) -> bool:
    return text in ("1", "t", "T", "true", "TRUE", "True")
