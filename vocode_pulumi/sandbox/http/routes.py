# SPDX-License-Identifier: Apache-2.0
"""The routes of the Vocode hosted API, as its OpenAPI document of August 2024 has them."""

import functools
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError, ResponseValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from vocode_pulumi.sandbox.account import assumptions
from vocode_pulumi.sandbox.account.behaviour import Account, Refused
from vocode_pulumi.sandbox.account.store import Body, Store
from vocode_pulumi.sandbox.calls.conversations import InboundCall, Switchboard
from vocode_pulumi.sandbox.http import bodies
from vocode_pulumi.sandbox.http.accounts import Accounts, ChangeOfKey, OneKey
from vocode_pulumi.sandbox.http.answers import Ascii
from vocode_pulumi.sandbox.http.connections import Connections
from vocode_pulumi.sandbox.http.faults import Fault
from vocode_pulumi.sandbox.http.reading import PlainRoute, ReadableRoute
from vocode_pulumi.sandbox.http.v2023 import as_in_2023
from vocode_pulumi.sandbox.masking import masked
from vocode_pulumi.sandbox.wire import models

Age = Literal[2023, 2024]
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]


class Spelling(BaseModel):
    """How an account spells its numbers: see :meth:`Account.spell`."""

    model_config = ConfigDict(extra="forbid")

    plus: Literal["none", "everywhere", "purchases"]


class ManyNumbers(BaseModel):
    """Numbers that an account gets without paying for them.

    Args:
        count: how many numbers.
        area_code: the area code of every number; default any.
        telephony_provider: the carrier of every number.
        inbound_agent: the agent of every number, as in a purchase.
    """

    model_config = ConfigDict(extra="forbid")

    count: int = Field(ge=1, le=100_000)
    area_code: str | None = None
    telephony_provider: Literal["vonage", "twilio"] = "vonage"
    inbound_agent: models.AgentParams | UUID | Literal["default"] | None = None


async def _accounts_of_server(request: Request) -> Accounts:
    """The accounts of the server that got the request."""
    accounts: Accounts = request.scope["accounts"]
    return accounts


AccountsOfServer = Annotated[Accounts, Depends(_accounts_of_server)]


async def _store_of_server(accounts: AccountsOfServer) -> Store:
    """The store with what is common to all accounts of the server."""
    return accounts.store


StoreOfServer = Annotated[Store, Depends(_store_of_server)]


def _their_calls(accounts: AccountsOfServer, credentials: Credentials) -> Switchboard:
    """The calls of the account that the key of the request names."""
    found = accounts.of(credentials.credentials if credentials else "")
    if found is None:
        raise Refused(*assumptions.BAD_TOKEN)
    return found


TheirCalls = Annotated[Switchboard, Depends(_their_calls)]


async def _theirs(calls: TheirCalls) -> Account:
    """The account that the key of the request names."""
    return calls.account


Theirs = Annotated[Account, Depends(_theirs)]


def _theirs_or_first(accounts: AccountsOfServer, credentials: Credentials) -> Account:
    """The account that the key of the request names; without a key the first account."""
    if credentials is None:
        return accounts.first.account
    return _their_calls(accounts, credentials).account


TheirsOrFirst = Annotated[Account, Depends(_theirs_or_first)]


async def _noted(request: Request) -> Body:
    """What a fault notes on a number that the request buys or links."""
    noted: Body = request.scope["noted"]
    return noted


Noted = Annotated[Body, Depends(_noted)]


@functools.cache
def application(age: Age) -> FastAPI:
    """The application of all servers of this process. The scope of each request has the server's own objects.

    These are ``accounts``, ``connections`` and ``noted``. :class:`FaultInjector` puts them there.

    Args:
        age: the year of the API that answers.
    """

    def answer(model: Any, body: Any) -> Any:
        """The answer in the form of the year. The model fills in defaults of the document."""
        if age == 2024:
            return body
        return JSONResponse(
            as_in_2023(TypeAdapter(model).validate_python(body).model_dump(mode="json"))
        )

    app = FastAPI(
        title="Vocode Hosted API",
        version="1.0.0",
        description="A Vocode account on this machine: nothing here costs money.",
        redoc_url=None,
    )
    api = APIRouter(prefix="/v1", route_class=PlainRoute)
    _numbers(api, answer)
    _calls(api, answer)
    _usage(api)
    for kind in models.COLLECTIONS:
        _collection(api, kind, answer)
    _steering_pools(api)
    app.include_router(api)
    app.include_router(_sandbox())
    app.include_router(_accounts())
    app.include_router(_switchboard())

    @app.exception_handler(Refused)
    def refused(_request: Request, refusal: Refused) -> JSONResponse:
        return JSONResponse({"detail": masked(refusal.detail)}, refusal.status)

    @app.exception_handler(RequestValidationError)
    def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        return JSONResponse({"detail": masked(bodies.problems(error.errors()))}, 422)

    # Otherwise the server prints the whole object that does not fit. In the form of 2023 the model checks it.
    @app.exception_handler(ResponseValidationError)
    @app.exception_handler(ValidationError)
    def wrong(_request: Request, error: ResponseValidationError | ValidationError) -> JSONResponse:
        return JSONResponse({"detail": masked(bodies.problems(error.errors()))}, 500)

    app.openapi = lambda: _document(app)  # type: ignore[method-assign]
    return app


def _document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of the application, with the form of a 422 of the sandbox."""
    document = FastAPI.openapi(app)
    problem = document["components"]["schemas"]["ValidationError"]["properties"]
    for extra in ("ctx", "input"):
        problem.pop(extra, None)
    return document


def _collection(api: APIRouter, kind: models.Collection, answer: Any) -> None:
    path, noun = f"/{kind.name}", kind.noun
    tags: Any = [kind.name]

    def get(account: Theirs, id: UUID) -> Any:  # noqa: A002 - the API's own name for it
        return answer(kind.whole, account.read(kind.name, str(id)))

    def create(account: Theirs, params: kind.new) -> Any:  # type: ignore[name-defined]
        return answer(kind.whole, account.create(kind.name, bodies.new(params)))

    def update(account: Theirs, id: UUID, params: kind.change) -> Any:  # type: ignore[name-defined]  # noqa: A002
        return answer(kind.whole, account.update(kind.name, str(id), bodies.changes(params)))

    _list(api, kind.name, kind.page, answer)
    for method, at, operation, function in (
        ("GET", path, f"get_{noun}", get),
        ("POST", f"{path}/create", f"create_{noun}", create),
        ("POST", f"{path}/update", f"update_{noun}", update),
    ):
        api.add_api_route(
            at,
            function,
            methods=[method],
            name=operation,
            operation_id=operation,
            response_model=kind.whole,
            tags=tags,
        )


def _list(api: APIRouter, name: str, model: Any, answer: Any) -> None:
    def listing(
        account: Theirs,
        page: int = 1,
        size: int = 10,
        sort_column: str | None = None,
        sort_desc: bool | None = False,
    ) -> Any:
        return answer(model, account.page(name, page, size, sort_column, bool(sort_desc)))

    api.add_api_route(
        f"/{name}/list",
        listing,
        name=f"list_{name}",
        operation_id=f"list_{name}",
        response_model=model,
        tags=[name],
    )


def _numbers(api: APIRouter, answer: Any) -> None:
    number = models.PhoneNumber
    common: Any = {"response_model": number, "tags": ["numbers"]}
    _list(api, "numbers", models.PhoneNumberPage, answer)

    @api.get("/numbers", operation_id="get_number", **common)
    def get_number(account: Theirs, phone_number: str) -> Any:
        return answer(number, account.number(phone_number))

    @api.post("/numbers/buy", operation_id="buy_number", **common)
    def buy_number(
        account: Theirs,
        noted: Noted,
        order: models.BuyPhoneNumberRequest = models.BuyPhoneNumberRequest(),  # noqa: B008
    ) -> Any:
        return answer(number, account.buy(bodies.new(order), noted))

    @api.post("/numbers/update", operation_id="update_number", **common)
    def update_number(
        account: Theirs, phone_number: str, params: models.UpdateNumberRequest
    ) -> Any:
        return answer(number, account.update_number(phone_number, bodies.changes(params)))

    @api.post("/numbers/cancel", operation_id="cancel_number", **common)
    def cancel_number(account: Theirs, phone_number: str) -> Any:
        return answer(number, account.cancel(phone_number))

    @api.post("/numbers/link", operation_id="link_number", **common)
    def link_number(account: Theirs, order: models.LinkPhoneNumberRequest, noted: Noted) -> Any:
        return answer(number, account.link(bodies.new(order), noted))


def _calls(api: APIRouter, answer: Any) -> None:
    call = models.Call
    common: Any = {"response_model": call, "tags": ["calls"]}
    _list(api, "calls", models.CallPage, answer)

    @api.get("/calls", operation_id="get_call", **common)
    def get_call(account: Theirs, id: UUID) -> Any:  # noqa: A002 - the API's own name for it
        return answer(call, account.look_at_call(str(id)))

    @api.get(
        "/calls/recording",
        operation_id="get_recording",
        tags=["calls"],
        response_class=Response,
        responses={200: {"content": {"audio/mpeg": {}}}},
    )
    def get_recording(account: Theirs, id: UUID) -> None:  # noqa: A002 - the API's own name for it
        account.read("calls", str(id))
        raise Refused(*assumptions.NO_RECORDING)

    @api.post("/calls/create", operation_id="create_call", **common)
    def create_call(switchboard: TheirCalls, order: models.CreateCallRequest) -> Any:
        made = switchboard.account.call(bodies.new(order))
        switchboard.play(made["id"])
        return answer(call, made)

    @api.post("/calls/end", operation_id="end_call", **common)
    def end_call(switchboard: TheirCalls, id: UUID) -> Any:  # noqa: A002 - the API's own name for it
        return answer(call, switchboard.hang_up(str(id)))


def _usage(api: APIRouter) -> None:
    @api.get("/usage", operation_id="get_usage", tags=["usage"])
    def get_usage(account: Theirs) -> models.Usage:
        return models.Usage(
            user_id=account.store.user_id,
            plan_type=models.PlanType(account.plan),
            monthly_usage_minutes=0,
            monthly_usage_limit_minutes=assumptions.MINUTES_LIMIT[account.plan],
        )


def _steering_pools(api: APIRouter) -> None:
    path = "/account_connections"
    tags: Any = ["account_connections"]

    @api.post(f"{path}/add_to_steering_pool", operation_id="add_to_steering_pool", tags=tags)
    def add_to_steering_pool(
        account: Theirs,
        id: UUID,  # noqa: A002 - the API's own name for it
        order: models.AddToSteeringPoolRequest | None = None,
    ) -> Any:
        account.add_to_pool(str(id), order.phone_number if order else None)

    @api.post(
        f"{path}/remove_from_steering_pool", operation_id="remove_from_steering_pool", tags=tags
    )
    def remove_from_steering_pool(
        account: Theirs,
        id: UUID,  # noqa: A002 - the API's own name for it
        order: models.RemoveFromSteeringPoolRequest,
    ) -> Any:
        account.remove_from_pool(str(id), order.phone_number)


def _sandbox() -> APIRouter:
    """Routes that only the sandbox has."""
    # A fault may answer what no JSON library writes.
    own = APIRouter(prefix="/_sandbox", include_in_schema=False, route_class=ReadableRoute)

    @own.get("/requests")
    def requests(store: StoreOfServer) -> Ascii:
        return Ascii(store.requests())

    @own.delete("/requests", status_code=204)
    def forget_requests(store: StoreOfServer) -> None:
        store.forget_requests()

    @own.get("/faults")
    def faults(store: StoreOfServer) -> Ascii:
        return Ascii(masked([fault for _, fault in store.faults()]))

    @own.post("/faults")
    def queue(store: StoreOfServer, fault: Fault) -> Ascii:
        kept = fault.model_dump(exclude_unset=True)
        store.queue(kept)
        return Ascii(masked(kept), 201)

    @own.delete("/faults", status_code=204)
    def forget_faults(store: StoreOfServer) -> None:
        store.forget_faults()

    @own.get("/connections")
    def opened(request: Request) -> Any:
        connections: Connections = request.scope["connections"]
        return {"opened": connections.carriers}

    return own


def _accounts() -> APIRouter:
    """Routes for accounts and their contents."""
    own = APIRouter(prefix="/_sandbox", include_in_schema=False, route_class=PlainRoute)

    @own.post("/accounts")
    def add(accounts: AccountsOfServer, order: OneKey) -> Any:
        return {"user_id": accounts.add(order.api_key).store.user_id}

    @own.post("/accounts/rotate")
    def rotate(accounts: AccountsOfServer, order: ChangeOfKey) -> Any:
        return {"user_id": accounts.rotate(order.api_key, order.new_api_key).store.user_id}

    @own.get("/purchases")
    def purchases(account: TheirsOrFirst) -> Any:
        return account.purchases()

    @own.post("/numbers", status_code=201)
    def put_in(account: TheirsOrFirst, order: ManyNumbers) -> Any:
        return account.put_in(order.count, bodies.new(order))

    @own.post("/spelling", status_code=204)
    def spell(account: TheirsOrFirst, spelling: Spelling) -> None:
        account.spell(spelling.plus)

    return own


def _switchboard() -> APIRouter:
    """Routes for calls and their deliveries."""
    own = APIRouter(prefix="/_sandbox", include_in_schema=False, route_class=PlainRoute)

    @own.post("/calls", status_code=201, response_model=models.Call)
    def ring(switchboard: TheirCalls, order: InboundCall) -> Any:
        made = switchboard.account.ring(order.to_number, order.from_number, order.say)
        switchboard.play(made["id"])
        return made

    @own.get("/deliveries")
    def deliveries(account: TheirsOrFirst) -> Any:
        return masked(account.store.deliveries())

    @own.delete("/deliveries", status_code=204)
    def forget_deliveries(account: TheirsOrFirst) -> None:
        account.store.forget_deliveries()

    return own
