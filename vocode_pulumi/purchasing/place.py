# SPDX-License-Identifier: Apache-2.0
"""The place of a stack's state: one name for each Pulumi backend, however its URL is spelled.

Two spellings of one place have the same owners of purchases; two places never do. A place is named by
the storage itself: scheme, endpoint, bucket and prefix; account and container; host, port, database and
table; or a real path. Profile, region, user, credentials and flags are not part of the name.

Facts: Pulumi's ``pkg/backend/diy`` and ``gocloud.dev/blob``, which read these URLs and variables;
https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html; libpq's environment.
"""

import configparser
import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

CLOUD = "https://api.pulumi.com"
"""The default backend: Pulumi Cloud."""
SHARED = ("s3", "gs", "azblob", "postgres", "postgresql")
"""The schemes of the backends that every machine reaches."""
_AWS = re.compile(r"(^|\.)amazonaws\.com(\.cn)?$")
_PORTS = (80, 443)
"""The default ports of HTTP and HTTPS; they are left out of a place's name."""


def backend_url(environ: Mapping[str, str] = os.environ, folder: Path | None = None) -> str:
    """The URL of Pulumi's backend, found in the same order as Pulumi does.

    The first of these counts: ``PULUMI_BACKEND_URL``; ``backend`` in the ``Pulumi.yaml`` of the folder
    or a folder above it; the URL of the last ``pulumi login``. Empty means Pulumi Cloud.

    Args:
        environ: environment variables.
        folder: the program's folder; default: the current folder.
    """
    return (
        environ.get("PULUMI_BACKEND_URL")
        or _url_of_project(folder or Path.cwd())
        or _url_of_login(environ)
    )


def is_shared(url: str) -> bool:
    """Whether a backend is a store that every machine reaches."""
    return urlsplit(url).scheme in SHARED


def place_of(backend_url: str, environ: Mapping[str, str] = os.environ) -> str:
    """The place that a URL names.

    Args:
        backend_url: a URL as `pulumi login` takes it; empty for Pulumi Cloud.
        environ: environment variables; Pulumi reads them for what the URL leaves out.
    """
    parts = urlsplit(backend_url or CLOUD)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    match parts.scheme:
        case "file":
            return f"file://{_real_path(backend_url)}"
        case "s3":
            return _of_parts("s3", _s3_host(query, environ), parts.netloc, parts.path)
        case "gs":
            emulator = environ.get("STORAGE_EMULATOR_HOST", "")
            return _of_parts("gs", _authority(emulator), parts.netloc, parts.path)
        case "azblob":
            return _of_parts("azblob", _azure_account(query, environ), parts.netloc, parts.path)
        case "postgres" | "postgresql":
            return _postgres(parts, query, environ)
        case _:
            return f"{parts.scheme}://{_authority(backend_url or CLOUD)}"


def _of_parts(scheme: str, where: str, bucket: str, prefix: str) -> str:
    inner = "/".join(part for part in (bucket, unquote(prefix).strip("/")) if part)
    return f"{scheme}://{where}/{inner}"


def _authority(address: str) -> str:
    """The host and port of a URL; the URL may lack its scheme."""
    parts = urlsplit(address if "://" in address else f"//{address}")
    with suppress(ValueError):
        if parts.hostname:
            port = parts.port
            plain = port is None or port in _PORTS
            return parts.hostname if plain else f"{parts.hostname}:{port}"
    return parts.netloc.rpartition("@")[2].lower()


def _real_path(file_url: str) -> Path:
    path = unquote(file_url.removeprefix("file://").partition("?")[0])
    # Pulumi reads the rest after the tilde as a path below the home folder.
    if path.startswith("~"):
        path = str(Path.home() / path[2:])
    return Path(path).resolve()


def _s3_host(query: Mapping[str, str], environ: Mapping[str, str]) -> str:
    authority = _authority(s3_endpoint(query, environ))
    return "" if _AWS.search(authority) else authority


def s3_endpoint(query: Mapping[str, str], environ: Mapping[str, str]) -> str:
    """The endpoint of S3 that is named in a URL, a variable or a profile; empty for that of the region.

    Args:
        query: the parameters of the URL.
        environ: environment variables.
    """
    return query.get("endpoint") or _s3_endpoint_of_environment(
        query.get("profile") or environ.get("AWS_PROFILE") or "default", environ
    )


def _s3_endpoint_of_environment(profile: str, environ: Mapping[str, str]) -> str:
    if str(environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")).lower() == "true":
        return ""
    return (
        environ.get("AWS_ENDPOINT_URL_S3")
        or environ.get("AWS_ENDPOINT_URL")
        or _s3_endpoint_of_profile(profile, environ)
    )


def _s3_endpoint_of_profile(profile: str, environ: Mapping[str, str]) -> str:
    named = environ.get("AWS_CONFIG_FILE") or "~/.aws/config"
    config = configparser.RawConfigParser()
    with suppress(OSError, configparser.Error, UnicodeDecodeError, RuntimeError):
        config.read_string(Path(named).expanduser().read_text(encoding="utf-8"))
    section = "default" if profile == "default" else f"profile {profile}"
    if not config.has_section(section):
        return ""
    settings = config[section]
    services = f"services {settings.get('services', '')}"
    if config.has_section(services):
        # In an AWS config file, nested settings are indented lines.
        nested = re.search(r"^\s*endpoint_url\s*=\s*(\S+)", config[services].get("s3", ""), re.M)
        if nested:
            return nested[1]
    return str(settings.get("endpoint_url", ""))


def _azure_account(query: Mapping[str, str], environ: Mapping[str, str]) -> str:
    """The host of the service with the account; local emulators have the account in the path."""
    connection = environ.get("AZURE_STORAGE_CONNECTION_STRING") or environ.get(
        "AZURE_STORAGEBLOB_CONNECTIONSTRING", ""
    )
    settings = dict(part.split("=", 1) for part in connection.split(";") if "=" in part)
    account = (
        query.get("storage_account")
        or environ.get("AZURE_STORAGE_ACCOUNT")
        or settings.get("AccountName", "")
    ).lower()
    domain = query.get("domain") or environ.get("AZURE_STORAGE_DOMAIN") or "blob.core.windows.net"
    local = query.get("localemu") or environ.get("AZURE_STORAGE_IS_LOCAL_EMULATOR")
    cdn = query.get("cdn") or environ.get("AZURE_STORAGE_IS_CDN")
    host = _authority(domain)
    if domain.startswith(("127.0.0.1", "localhost")) or _is_true(local):
        return f"{host}/{account}"
    return host if _is_true(cdn) else f"{account}.{host}"


def _is_true(text: str | None) -> bool:
    return text in ("1", "t", "T", "true", "TRUE", "True")


def _postgres(parts: SplitResult, query: Mapping[str, str], environ: Mapping[str, str]) -> str:
    user = unquote(parts.username or "") or query.get("user") or environ.get("PGUSER", "")
    # The host may be a list with commas; each host may have a port of its own.
    hosts = query.get("host") or parts.netloc.rpartition("@")[2] or environ.get("PGHOST", "")
    port = query.get("port") or environ.get("PGPORT") or "5432"
    with_ports = [
        host if re.search(r":\d+$", host) else f"{host.rstrip(':')}:{port}"
        for host in (hosts or "localhost").lower().split(",")
    ]
    database = (
        query.get("dbname")
        or unquote(parts.path).strip("/")
        or environ.get("PGDATABASE")
        or user
        or "postgres"
    )
    table = query.get("table") or "pulumi_state"
    return f"postgres://{','.join(with_ports)}/{database}/{table}"


def _url_of_project(folder: Path) -> str:
    import yaml  # type: ignore[import-untyped]  # here, because most programs do not need it

    for parent in (folder, *folder.parents):
        for name in ("Pulumi.yaml", "Pulumi.yml"):
            with suppress(OSError, yaml.YAMLError, AttributeError):
                project = yaml.safe_load((parent / name).read_text(encoding="utf-8"))
                return str((project.get("backend") or {}).get("url") or "")
    return ""


def _url_of_login(environ: Mapping[str, str]) -> str:
    home = environ.get("PULUMI_CREDENTIALS_PATH") or environ.get("PULUMI_HOME") or "~/.pulumi"
    with suppress(OSError, ValueError, AttributeError, RuntimeError):
        credentials = json.loads(
            (Path(home).expanduser() / "credentials.json").read_text(encoding="utf-8")
        )
        return str(credentials.get("current") or "")
    return ""
