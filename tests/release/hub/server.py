"""A Hub on this machine: folders served in the shape of its API, each request written down."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
WEIGHTS = (".safetensors", ".bin", ".gguf", ".pt", ".onnx", ".h5", ".model")


@dataclass(frozen=True)
class Asked:
    """One request: its method, its path without query, and the range of bytes, if any."""

    method: str
    path: str
    range: str | None
    authorization: str | None = None
    host: str = ""


@dataclass
class Repository:
    """A folder that is served, and how its server misbehaves.

    large:    from which size on files lie in git-lfs, whatever their names
    status:   what every request but those for revisions is answered with instead
    code:     the error code that goes with it
    tampered: a path whose content is changed on the way
    deaf:     ranges are ignored
    page:     how many files are listed on a page
    elsewhere: the list of files goes on at another server
    moved: files lie on another host, to which requests are sent on
    """

    folder: Path
    revisions: dict[str, str] = field(default_factory=lambda: {"main": COMMIT})
    large: int = 10 << 20
    status: int | None = None
    code: str = ""
    tampered: str = ""
    deaf: bool = False
    page: int = 1000
    elsewhere: bool = False
    moved: bool = False
    sent_bytes: int = 0

    def files(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = []
        for file in sorted(self.folder.rglob("*")):
            path = file.relative_to(self.folder).as_posix()
            if file.is_dir():
                listed.append({"type": "directory", "path": path, "oid": "0" * 40, "size": 0})
            else:
                listed.append(self._file(path, file))
        return listed

    def _file(self, path: str, file: Path) -> dict[str, Any]:
        size = file.stat().st_size
        if path.endswith(WEIGHTS) or size >= self.large:
            oid = hashlib.sha256(file.read_bytes() if size < 1 << 30 else b"").hexdigest()
            lfs = {"oid": oid, "size": size, "pointerSize": 134}
            return {"type": "file", "path": path, "size": size, "oid": "1" * 40, "lfs": lfs}
        data = file.read_bytes()
        blob = hashlib.sha1(b"blob %d\0%b" % (len(data), data)).hexdigest()
        return {"type": "file", "path": path, "size": size, "oid": blob}


@dataclass
class LocalHub:
    """The server: its address, what it serves, what it was asked."""

    repositories: dict[str, Repository]
    address: str = ""
    asked: list[Asked] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    hub: LocalHub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        told = Asked(
            "GET",
            unquote(url.path),
            self.headers["Range"],
            self.headers["Authorization"],
            self.headers["Host"].partition(":")[0],
        )
        self.hub.asked.append(told)
        api = re.fullmatch(r"/api/models/([^/]+/[^/]+)/(revision|tree)/([^/]+)", url.path)
        file = re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", url.path)
        match = api or file
        repository = self.hub.repositories.get(match[1]) if match else None
        if match is None or repository is None:
            self._refuse(404, "RepoNotFound")
        elif repository.status is not None:
            self._refuse(repository.status, repository.code)
        elif api and api[2] == "revision":
            self._revision(repository, unquote(api[3]))
        elif api:
            self._tree(repository, api[1], api[3], parse_qs(url.query))
        else:
            self._file(repository, match[2], unquote(match[3]))

    def do_HEAD(self) -> None:
        self.hub.asked.append(Asked(self.command, unquote(urlsplit(self.path).path), None))
        self._refuse(405, "")

    def do_POST(self) -> None:
        self.do_HEAD()

    def _revision(self, repository: Repository, revision: str) -> None:
        known = repository.revisions
        commit = known.get(revision) or (revision if revision in known.values() else None)
        if commit is None:
            self._refuse(404, "RevisionNotFound")
            return
        self._json({"id": "x", "sha": commit, "siblings": []})

    def _tree(
        self, repository: Repository, name: str, commit: str, query: dict[str, list[str]]
    ) -> None:
        if commit not in repository.revisions.values():
            self._refuse(404, "RevisionNotFound")
            return
        start = int(query.get("cursor", ["0"])[0])
        files = repository.files()
        end = start + repository.page
        headers = {}
        if end < len(files):
            base = "http://127.0.0.1:9" if repository.elsewhere else self.hub.address
            following = f"{base}/api/models/{name}/tree/{commit}?recursive=true&cursor={end}"
            headers["Link"] = f'<{following}>; rel="next"'
        self._json(files[start:end], headers)

    def _file(self, repository: Repository, commit: str, path: str) -> None:
        file = repository.folder / path
        if commit not in repository.revisions.values() or not file.is_file():
            self._refuse(404, "EntryNotFound")
            return
        if repository.moved and not self.headers["Host"].startswith("localhost"):
            there = self.hub.address.replace("127.0.0.1", "localhost")
            self._answer(302, b"", {"Location": f"{there}{self.path}"})
            return
        size = file.stat().st_size
        start, end, status, headers = 0, size, 200, {}
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers["Range"] or "")
        if asked and not repository.deaf:
            start, end, status = int(asked[1]), min(int(asked[2]) + 1, size), 206
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        with file.open("rb") as stream:
            stream.seek(start)
            data = stream.read(min(end - start, 64 << 20))
        if path == repository.tampered:
            data = data[:-1] + b"?"
        repository.sent_bytes += len(data)
        self._answer(status, data, headers)

    def _json(self, value: object, headers: dict[str, str] | None = None) -> None:
        self._answer(200, json.dumps(value).encode(), headers or {})

    def _refuse(self, status: int, code: str) -> None:
        self._answer(status, b"{}", {"X-Error-Code": code} if code else {})

    def _answer(self, status: int, data: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        try:
            self.wfile.write(data)
        except ConnectionError:
            self.close_connection = True


@contextmanager
def serving(repositories: dict[str, Repository]) -> Iterator[LocalHub]:
    """Serve repositories on the loopback address until the block ends."""
    hub = LocalHub(repositories)
    handler = type("Handler", (_Handler,), {"hub": hub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    hub.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
