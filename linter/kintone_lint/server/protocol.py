"""LSP as pygls speaks it, without what could show a secret, and without what could end the server.

pygls puts whole messages, which hold documents, into its log and tracebacks into its answers, and
takes every message that it cannot read for a reason to stop or to show a window.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInternalError,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcMethodNotFound,
    JsonRpcParseError,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol

from kintone_lint.streams import send

# What is kept of documents here, and how the process ends, is said in `session`.
_OURS = (
    types.TEXT_DOCUMENT_DID_OPEN,
    types.TEXT_DOCUMENT_DID_CHANGE,
    types.TEXT_DOCUMENT_DID_CLOSE,
    types.NOTEBOOK_DOCUMENT_DID_OPEN,
    types.NOTEBOOK_DOCUMENT_DID_CHANGE,
    types.NOTEBOOK_DOCUMENT_DID_CLOSE,
    types.WORKSPACE_EXECUTE_COMMAND,
    types.EXIT,
)
_DEFECT = "internal error in kintone-lint; kintone-lint server --debug shows the traceback"


def silence() -> None:
    """Nothing that libraries log is shown: they quote messages."""
    for name in ("pygls", "asyncio"):
        logger = logging.getLogger(name)
        logger.addHandler(logging.NullHandler())
        logger.propagate = False
        logger.setLevel(logging.CRITICAL)


class Output:
    """Where messages go. `gone`: nobody reads them any more."""

    def __init__(self) -> None:
        self.gone = False

    def write(self, data: bytes) -> None:
        self.gone = not send(data)

    def close(self) -> None:
        """Does nothing: the stream is not ours to close."""


class Protocol(LanguageServerProtocol):
    """Reads messages that are framed already, and answers what cannot be understood."""

    def _register_builtin_features(self) -> None:
        super()._register_builtin_features()  # type: ignore[no-untyped-call]
        for name in _OURS:
            self.fm.builtin_features.pop(name, None)

    def receive(self, body: bytes) -> str | None:
        """Handles a message. Gives the URI of a document whose change could not be understood."""
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            self._refuse(None, JsonRpcParseError())
            return None
        if not isinstance(message, dict) or message.get("jsonrpc") != self.VERSION:
            self._refuse(None, JsonRpcInvalidRequest())
            return None
        why = self._refused(message)
        if why is None:
            try:
                self.handle_message(self.structure_message(message))
                return None
            except JsonRpcException:
                why = JsonRpcInvalidParams()
        if "id" in message and "method" in message:
            self._refuse(message["id"], why)
        return _changed(message)

    @property
    def stopping(self) -> bool:
        """Whether the editor has said that it will end the server."""
        return self._shutdown

    def _refused(self, message: dict[str, Any]) -> JsonRpcException | None:
        """Why a request or notification is not handled now, or not at all."""
        method = message.get("method")
        if method is None:
            return None
        if not isinstance(method, str) or not isinstance(message.get("id", 0), int | str):
            return JsonRpcInvalidRequest()
        known = method in self.fm.builtin_features or method in self.fm.features
        if self._workspace is None and method not in (types.INITIALIZE, types.EXIT):
            return JsonRpcServerNotInitialized()
        if self._workspace is not None and method == types.INITIALIZE:
            return JsonRpcInvalidRequest("the server is initialized already")
        if self._shutdown and method != types.EXIT:
            return JsonRpcInvalidRequest("the server was told to shut down")
        return None if known or method == types.CANCEL_REQUEST else JsonRpcMethodNotFound()

    def _refuse(self, number: Any, why: JsonRpcException) -> None:
        known = number if isinstance(number, int | str) else None
        self._send_data(types.ResponseErrorMessage(id=known, error=why.to_response_error()))

    def _send_response(
        self, msg_id: int | str, result: Any = None, error: types.ResponseError | None = None
    ) -> None:
        """Answers a request; what went wrong inside is not quoted."""
        if error is not None:
            inside = error.code == JsonRpcInternalError.CODE
            error = types.ResponseError(error.code, _DEFECT if inside else error.message)
        super()._send_response(msg_id, result, error)


def _changed(message: dict[str, Any]) -> str | None:
    """The document that a change was of."""
    if message.get("method") != types.TEXT_DOCUMENT_DID_CHANGE:
        return None
    params = message.get("params")
    document = params.get("textDocument") if isinstance(params, dict) else None
    uri = document.get("uri") if isinstance(document, dict) else None
    return uri if isinstance(uri, str) else None
