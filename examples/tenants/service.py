"""Tenants over HTTP, each with a stack that has an agent and a number: `python service.py`."""

import hmac
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path as FilePath
from typing import Annotated, Any

import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException, Path, Request
from fastapi.responses import JSONResponse, StreamingResponse
from records import Change, Create, Record, Records
from runs import Busy, RunFailed, Runs, Say
from secret_values import secret
from stacks import Stacks

FOLDER = FilePath(os.environ.get("TENANTS_FOLDER", "tenants")).resolve()
STATES = os.environ.get("PULUMI_BACKEND_URL") or (FOLDER / "states").as_uri()
SECRETS_PROVIDER = os.environ.get("TENANTS_SECRETS_PROVIDER", "passphrase")
AT_ONCE = int(os.environ.get("TENANTS_AT_ONCE", "4"))
PORT = int(os.environ.get("TENANTS_PORT", "8000"))
TOKEN = secret("TENANTS_TOKEN")

secret("VOCODE_API_KEY")  # Better no start than a failure of each tenant.
(FOLDER / "states").mkdir(parents=True, exist_ok=True, mode=0o700)
records = Records(FOLDER / "tenants")
stacks = Stacks(STATES, SECRETS_PROVIDER)
runs = Runs(AT_ONCE)


async def require_token(authorization: Annotated[str, Header()] = "") -> None:
    if not hmac.compare_digest(authorization.encode(), f"Bearer {TOKEN}".encode()):
        raise HTTPException(401, "the token is missing or wrong")


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    yield
    await runs.stop()


app = FastAPI(title="Tenants", lifespan=lifespan, dependencies=[Depends(require_token)])
Tenant = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


@app.exception_handler(Busy)
async def busy(_request: Request, error: Busy) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, 409)


@app.get("/tenants")
async def show_all() -> list[dict[str, Any]]:
    return [status(name) for name in records.names()]


@app.get("/tenants/{name}")
async def show(name: Tenant) -> dict[str, Any]:
    return status(name)


@app.post("/tenants/{name}", status_code=202)
async def create(name: Tenant, wanted: Create) -> dict[str, Any]:
    """Create a tenant, or go on with one whose run failed or was killed."""
    record = records.find(name)
    if record and record.wanted != wanted:
        raise HTTPException(409, f"{name} exists with other settings: PATCH changes a tenant")
    return start(name, "create", record or Record(wanted=wanted), up)


@app.patch("/tenants/{name}", status_code=202)
async def change(name: Tenant, changes: Change) -> dict[str, Any]:
    record = existing(name)
    wanted = record.wanted.model_copy(update=changes.model_dump(exclude_none=True))
    return start(name, "change", record.model_copy(update={"wanted": wanted}), up)


@app.post("/tenants/{name}/suspend", status_code=202)
async def suspend(name: Tenant) -> dict[str, Any]:
    """Nobody answers the number any more. It stays in the account, and is paid for."""
    return start(name, "suspend", existing(name).model_copy(update={"suspended": True}), up)


@app.post("/tenants/{name}/resume", status_code=202)
async def resume(name: Tenant) -> dict[str, Any]:
    return start(name, "resume", existing(name).model_copy(update={"suspended": False}), up)


@app.delete("/tenants/{name}", status_code=202)
async def destroy(name: Tenant) -> dict[str, Any]:
    """Cancel the number. It cannot be bought back."""
    return start(name, "destroy", existing(name), down)


@app.post("/tenants/{name}/unlock", status_code=202)
async def unlock(name: Tenant) -> dict[str, Any]:
    """Cancel the lock of a run that was killed on another machine. Never do that while it goes on."""
    record = existing(name)

    def cancel_lock(name: str, _begun: Record, _say: Say) -> None:
        stacks.unlock(name, records.folder_of(name))
        records.write(name, record)

    return start(name, "unlock", record, cancel_lock)


@app.get("/tenants/{name}/events")
async def events(name: Tenant) -> StreamingResponse:
    """What the latest run says, one JSON object on each line, until it ends."""
    run = runs.latest(name)
    if run is None:
        raise HTTPException(404, f"{name} had no run since the service started")
    lines = (json.dumps(line) + "\n" async for line in run.follow())
    return StreamingResponse(lines, media_type="application/x-ndjson")


def existing(name: str) -> Record:
    if record := records.find(name):
        return record
    raise HTTPException(404, f"there is no tenant {name}")


def status(name: str) -> dict[str, Any]:
    record = existing(name)
    run = runs.latest(name)
    if run and not run.ended:
        state = "busy"
    elif record.run:
        state = "failed" if record.error else "interrupted"
    else:
        state = "suspended" if record.suspended else "active"
    return {"name": name, "state": state, **record.model_dump()}


Work = Callable[[str, Record, Say], None]


def start(name: str, what: str, record: Record, work: Work) -> dict[str, Any]:
    """Write down what is wanted, and begin. Whatever happens then, the same request goes on with it."""
    runs.require_free(name)
    begun = record.model_copy(update={"run": what, "error": None})
    records.write(name, begun)

    def carry_out(say: Say) -> None:
        try:
            work(name, begun, say)
        except RunFailed as error:
            records.write(name, begun.model_copy(update={"error": str(error)}))
            raise

    runs.start(name, what, carry_out)
    return status(name)


def up(name: str, record: Record, say: Say) -> None:
    number = stacks.up(name, record, records.folder_of(name), say)
    records.write(name, record.model_copy(update={"run": None, "number": number}))


def down(name: str, _record: Record, say: Say) -> None:
    stacks.destroy(name, records.folder_of(name), say)
    records.remove(name)


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=PORT, log_level="warning")
