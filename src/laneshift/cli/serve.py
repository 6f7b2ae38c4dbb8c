"""`laneshift serve`: the same use cases over HTTP, in a process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from laneshift.cli.session import AsJson, Directory, Session, Verbose, session
from laneshift.errors import Refused, install

_EXTRA = frozenset({"cedarpy", "fastapi", "jinja2", "sse_starlette", "starlette", "uvicorn", "webauthn"})


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("serve")(serve)


def serve(
    host: Annotated[str, typer.Option("--host", help="Listen here; by default for this machine alone.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Listen on this port; 0 is any that is free.")] = 8321,
    name: Annotated[
        list[str] | None, typer.Option("--name", metavar="HOST", help="A name that clients use; repeatable.")
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option("--tls-cert", metavar="FILE", help="Answer by HTTPS with this certificate.")
    ] = None,
    private: Annotated[
        Path | None, typer.Option("--tls-key", metavar="FILE", help="The certificate's private key.")
    ] = None,
    require_key: Annotated[
        bool, typer.Option("--require-key", help="Let nobody in without a credential, on this machine neither.")
    ] = False,
    work: Annotated[
        bool, typer.Option("--work", help="Start a worker beside the server, which does what is asked for.")
    ] = False,
    enroll: Annotated[
        str, typer.Option("--enroll", metavar="PERSON", help="Show a link for this administrator's first passkey.")
    ] = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Serve this repository's batches until stopped. Anything but loopback needs an access key first."""
    with session(directory, as_json, verbose) as talk:
        try:
            from laneshift.server.options import Options
            from laneshift.server.running import run_server
        except ModuleNotFoundError as error:
            raise _explained(error) from error
        names = tuple(name or ())
        options = Options(host, port, names, certificate, private, require_key=require_key, work=work, enroll=enroll)
        from laneshift.cli.opened import opened

        shop = opened(talk)
        try:
            run_server(shop, options, lambda url, link: _announce(talk, url, link))
        except ModuleNotFoundError as error:
            raise _explained(error) from error


def _announce(talk: Session, url: str, link: str) -> None:
    talk.quiet()
    if talk.as_json:
        talk.document({"url": url, **({"enroll": link} if link else {}), "next": link or f"{url}/openapi.json"})
    else:
        talk.say(f"serving at {url}; stop with Ctrl-C")
        if link:
            talk.say("the link works once, and within the hour; whoever opens it is an administrator")
        talk.say(f"next: {link or f'{url}/openapi.json'}")
    _flush()


def _flush() -> None:
    """Whoever started this waits for the line, and the process goes on."""
    import sys

    sys.stdout.flush()


def _explained(error: ModuleNotFoundError) -> Exception:
    """What a package that is not there means; any other module that cannot be found is our bug."""
    if (error.name or "").partition(".")[0] not in _EXTRA:
        return error
    what = f"{error.name} is not installed, which the server needs"
    return Refused("serve.not-installed", what, cure=install("server"))
