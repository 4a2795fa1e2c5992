"""A visitor without a browser: it speaks Streamlit's WebSocket protocol, so that many fit on a small machine.

It opens a page by its link, keeps the elements that it is sent, changes widgets and waits for the script to finish.
When the connection breaks it comes back as a browser does: same cookies, the address bar's query, its widgets' states.
"""

import asyncio
import json
import time
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from streamlit.components.v2.bidi_component.constants import EVENT_DELIM
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

PATIENCE = 60.0
"""Seconds after which an answer counts as an error."""
RECONNECT_EVERY = 0.5
"""Seconds between two tries to come back; a browser begins with as much."""


class VisitError(Exception):
    """The app did not do what a visitor may expect."""


@dataclass
class Visitor:
    """One visitor and one page.

    Attributes:
        address: Of the app, such as ``http://127.0.0.1:8501``.
        page: Key of the page; empty for the home page.
        query: The address bar's query string; the app rewrites it.
    """

    address: str
    page: str = ""
    query: str = ""
    elements: dict[str, Any] = field(default_factory=dict)
    widgets: dict[str, WidgetState] = field(default_factory=dict)
    fragments: dict[str, str] = field(default_factory=dict)
    received: int = 0
    _cookies: dict[str, str] = field(default_factory=dict)
    _socket: ClientConnection | None = None
    _session: str = ""
    _page_hash: str = ""

    @property
    def carried(self) -> dict[str, str]:
        """What the address bar says."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    async def open(self) -> float:
        """Open the page; return the seconds until its script has finished."""
        begin = time.perf_counter()
        await asyncio.to_thread(self._fetch_page)
        await self._connect()
        await self._run()
        return time.perf_counter() - begin

    def _fetch_page(self) -> None:
        for path in ("/", "/_stcore/health"):  # the page gives a seat, the health check the XSRF token
            request = urllib.request.Request(self.address + path, headers=self._headers())
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                given = answer.headers.get_all("Set-Cookie") or []
            for cookie in given:
                name, _, value = cookie.partition(";")[0].partition("=")
                self._cookies[name] = value

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}

    async def _connect(self) -> None:
        token = self._cookies.get("_streamlit_xsrf", "PLACEHOLDER")
        self._socket = await connect(
            f"ws://{urlsplit(self.address).netloc}/_stcore/stream",
            origin=self.address,
            subprotocols=["streamlit", token, *([self._session] if self._session else [])],
            additional_headers=self._headers(),
            compression=None,
            max_size=None,
            open_timeout=PATIENCE,
        )

    async def come_back(self, seconds: float = PATIENCE) -> float:
        """Connect again after a break; return the seconds until the page is there with the same state."""
        begin = time.perf_counter()
        while time.perf_counter() - begin < seconds:
            try:
                await self._connect()
                await self._run()
            except (OSError, InvalidHandshake, ConnectionClosed):
                await asyncio.sleep(RECONNECT_EVERY)
            else:
                return time.perf_counter() - begin
        raise VisitError(f"could not come back within {seconds:.0f} s")

    async def close(self) -> None:
        """Leave."""
        if self._socket is not None:
            await self._socket.close()

    async def set(self, widget: str, **value: Any) -> float:
        """Change a widget by a part of its id; return the seconds until the script has finished.

        ``visitor.set("Moves:added", double_array_value=[2.5])``
        """
        state = WidgetState(id=self.identity(widget))
        for name, content in value.items():
            if isinstance(content, Iterable) and not isinstance(content, str):
                getattr(state, name).data.extend(content)
            else:
                setattr(state, name, content)
        self.widgets[state.id] = state
        return await self._timed([*self.widgets.values()])

    async def trigger(self, component: str, event: str, value: Any) -> float:
        """Let a component send an event, as ``setTriggerValue`` does; return the seconds until all is answered."""
        identity = self.identity(component)
        self.widgets.setdefault(identity, WidgetState(id=identity, json_value="{}"))
        state = WidgetState(id=f"{STREAMLIT_INTERNAL_KEY_PREFIX}_{identity}{EVENT_DELIM}events")
        state.json_trigger_value = json.dumps([{"event": event, "value": value}])
        return await self._timed([*self.widgets.values(), state], self.fragments.get(identity, ""))

    def identity(self, part: str) -> str:
        """Return the id of the only widget on the page whose id ends in a key."""
        found = [identity for identity in self.elements if identity.endswith(f"-{part}")]
        if len(found) != 1:
            raise VisitError(f"expected one widget {part!r} on the page; got {found or sorted(self.elements)}")
        return found[0]

    async def _timed(self, states: list[WidgetState], fragment: str = "") -> float:
        begin = time.perf_counter()
        await self._run(states, fragment)
        return time.perf_counter() - begin

    async def _run(self, states: Iterable[WidgetState] | None = None, fragment: str = "") -> None:
        message = BackMsg()
        wish = message.rerun_script
        wish.query_string, wish.page_name, wish.fragment_id = self.query, self.page, fragment
        wish.widget_states.widgets.extend(self.widgets.values() if states is None else states)
        wish.page_script_hash = self._page_hash
        wish.context_info.timezone, wish.context_info.locale = "UTC", "en"
        wish.context_info.url = f"{self.address}/{self.page}"
        await self._socket.send(message.SerializeToString())
        async with asyncio.timeout(PATIENCE):
            await self._until_finished()

    async def _until_finished(self) -> None:
        async for raw in self._socket:
            self.received += len(raw)
            message = ForwardMsg.FromString(raw)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self._session = message.new_session.initialize.session_id or self._session
            elif kind == "navigation":
                self._page_hash = message.navigation.page_script_hash  # a browser sends it with every wish
            elif kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "delta":
                self._keep(message.delta)
            elif kind == "page_not_found":
                raise VisitError(f"there is no page {self.page!r}")
            elif kind == "script_finished" and message.script_finished in _DONE:
                return
        raise ConnectionError("the connection ended before the script did")  # as broken, by whoever closed it

    def _keep(self, delta: Any) -> None:
        if delta.WhichOneof("type") != "new_element":
            return
        kind = delta.new_element.WhichOneof("type")
        element = getattr(delta.new_element, kind)
        if kind == "exception":
            raise VisitError(f"the page shows an exception: {element.message}")
        identity = getattr(element, "id", "")
        if identity:
            self.elements[identity] = element
            self.fragments[identity] = delta.fragment_id

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


_DONE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
