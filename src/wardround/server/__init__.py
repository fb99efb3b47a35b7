"""An OpenAI-compatible endpoint over a local model. The door of the room: what is not here is private to it."""

from wardround.server.app import create_app
from wardround.server.limits import ServingLimits
from wardround.server.opening import open_served
from wardround.server.refusals import ServerError
from wardround.server.running import address_of, bound, loopback, serve
from wardround.server.served import Served, serve_as

__all__ = [
    "Served",
    "ServerError",
    "ServingLimits",
    "address_of",
    "bound",
    "create_app",
    "loopback",
    "open_served",
    "serve",
    "serve_as",
]
