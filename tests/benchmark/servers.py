"""Which server should run the site? The stored page, and the page that has to be rendered."""

from contextlib import ExitStack

from . import delivery, load, ours, peers
from .findings import Findings
from .ours import Site
from .running import Server

CHOSEN = "granian, 2 workers of 2 threads"
# uvicorn loads the application inside its event loop, where Django refuses the warm-up.
ALLOWED = {"DJANGO_ALLOW_ASYNC_UNSAFE": "1"}


def variants() -> dict[str, object]:
    """Command lines by name; each takes the port."""

    def gunicorn(port: int) -> list[str]:
        return peers.gunicorn("clinic.wsgi", port)

    def uvicorn(port: int) -> list[str]:
        command = [peers.program("uvicorn"), "clinic.wsgi:application", "--interface", "wsgi"]
        return [*command, "--port", str(port), "--workers", "2", "--log-level", "warning"]

    def granian(**how: int):
        return lambda port: ours.granian(port, **how)

    return {
        CHOSEN: granian(),
        "granian, 1 worker of 2 threads": granian(workers=1),
        "granian, 2 workers of 1 thread": granian(threads=1),
        "granian, 2 workers of 4 threads": granian(threads=4),
        "gunicorn gthread, 2 workers of 4 threads": gunicorn,
        "uvicorn (WSGI), 2 workers": uvicorn,
    }


def measure(options) -> Findings:
    found = Findings("The server")
    site = Site("sqlite")
    path, _ = delivery.prepare(site)
    answers: dict[str, list] = {name: [] for name in variants()}
    for what, environment in (("stored", {}), ("rendered", {"DELIVERY_STORE": "False"})):
        with ExitStack() as running:
            servers: list[Server] = []
            for name, command in variants().items():
                own = site.own_store(f"servers-{what}")
                serve = site.serve(name, command, path=path, **own, **environment, **ALLOWED)
                try:
                    servers.append(running.enter_context(serve))
                except RuntimeError as error:
                    answers[name] += [f"does not serve: {error}"[:80], "", ""]
            readings = load.in_rounds(servers, rounds=options.rounds, seconds=options.seconds)
        for name, own in readings.items():
            speed = load.Spread([reading.per_second for reading in own])
            answers[name] += [
                load.cpu(own),
                load.ratios(own, readings[CHOSEN]),
                speed,
                f"{own[-1].p50_ms:.2f} / {own[-1].p99_ms:.2f}",
            ]
    found.say(
        "The same page and settings under each server, from the store and rendered each time. "
        "Ratios are to the server that was chosen."
    )
    one = ("CPU ms", "× chosen", "requests / s", "p50 / p99 ms")
    heads = ("server", *(f"stored: {head}" for head in one), *(f"rendered: {head}" for head in one))
    found.table(heads, [(name, *cells) for name, cells in answers.items()])
    return found
