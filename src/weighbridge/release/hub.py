"""The Hub, asked over the network: the one module of the house that opens a connection.

It is loaded only when a release is named ``hf://…``. Every request goes through one function,
which bounds what is read and writes down what was fetched. The library gives the address of the
Hub (``HF_ENDPOINT``), the token of the user and the connection; what is asked for is decided here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn

from weighbridge import __version__
from weighbridge.text.errors import InputError

PREFIX = "hf://"
INSTALL = "pip install 'weighbridge[hub]'"
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
_REVISION = re.compile(r"[\w./-]{1,200}", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_ADDRESS = re.compile(r"https?://[^\s/?#]+(?:/[^\s?#]*)?")
_ANSWER_LIMIT = 32 << 20
_MOST_PAGES = 100
_PIECE = 1 << 16
_BY_CODE = {
    "RepoNotFound": "no such repository, or it is private",
    "RevisionNotFound": "no such revision",
    "EntryNotFound": "a listed file is not there",
    "GatedRepo": "access to it must be asked for",
}
_BY_STATUS = {
    401: "no such repository, or access to it must be asked for",
    403: "access to it was refused",
    404: "not found",
    429: "too many requests for now",
}
_HELP = {
    "GatedRepo": "ask for access on its page, then log in with `hf auth login` or set HF_TOKEN",
    401: "check the name; for a private or gated one log in with `hf auth login` or set HF_TOKEN",
    403: "log in with `hf auth login` or set HF_TOKEN",
    429: "wait a while, or log in with `hf auth login` for a higher limit",
}


@dataclass(frozen=True, slots=True)
class HubName:
    """A repository as it is named on the command line, ``hf://org/name[@revision]``."""

    repository: str
    revision: str = "main"

    def __str__(self) -> str:
        """Return the name as it is typed, without a revision that was not given."""
        at = "" if self.revision == "main" else f"@{self.revision}"
        return f"{PREFIX}{self.repository}{at}"


@dataclass(frozen=True, slots=True)
class HubFile:
    """One file as the Hub lists it.

    blob:   its name in git, over the content itself or over the pointer that stands for it
    sha256: of the content, where git-lfs keeps it
    """

    path: str
    size: int
    blob: str
    sha256: str | None


@dataclass(slots=True)
class Fetched:
    """What was fetched of one file, or of the listing."""

    bytes: int = 0
    requests: int = 0


def read_hub_name(text: str) -> HubName:
    """Return the repository and revision of ``hf://org/name[@revision]``.

    Raises :class:`InputError` for a name in any other form.
    """
    named = re.sub(r"^hf:/{0,2}", "", text)
    repository, at, revision = named.partition("@")
    form = "write hf://org/name or hf://org/name@revision"
    if not _REPOSITORY.fullmatch(repository) or ".." in repository or "--" in repository:
        raise InputError(f"`{repository[:100]}` is not the name of a repository", help=form)
    if at and (not _REVISION.fullmatch(revision) or ".." in revision):
        raise InputError(f"`{revision[:100]}` is not the name of a revision", help=form)
    return HubName(repository, revision or "main")


class Hub:
    """A connection for one repository.

    fetched: what was fetched, by path; the listings under ``""``
    total:   bytes of all files together
    """

    def __init__(self, name: HubName) -> None:
        """Load the library. Raises :class:`InputError` with the install command without it."""
        try:
            import huggingface_hub as library
            from huggingface_hub import constants, errors, utils
        except ImportError:
            raise InputError(
                f"`{PREFIX}` needs the extra `hub`, which is not installed", help=INSTALL
            ) from None
        except ValueError:
            _bad_endpoint()
        if not _ADDRESS.fullmatch(constants.ENDPOINT):
            _bad_endpoint()
        self.name = name
        self.fetched: dict[str, Fetched] = {}
        self.total = 0
        self._endpoint = constants.ENDPOINT
        self._timeout = constants.HF_HUB_DOWNLOAD_TIMEOUT
        self._failures: tuple[type[Exception], ...] = (errors.HTTPError, OSError)
        self._session = utils.get_session()
        self._url = library.hf_hub_url
        self._headers = {
            "user-agent": f"weighbridge/{__version__}",
            "accept-encoding": "identity",
        }
        token = None if constants.HF_HUB_DISABLE_IMPLICIT_TOKEN else library.get_token()
        if token:
            self._headers["authorization"] = f"Bearer {token}"

    def commit(self) -> str:
        """Return the commit that the revision stands for now."""
        url = f"{self._models}/revision/{self.name.revision.replace('/', '%2F')}"
        answer, _ = self._json(url)
        commit = answer.get("sha") if isinstance(answer, dict) else None
        if not isinstance(commit, str) or not _COMMIT.fullmatch(commit):
            self._odd("it names no commit")
        return commit

    def files(self, commit: str) -> Iterator[HubFile]:
        """Yield every file of a commit as it is listed, page by page."""
        url: str | None = f"{self._models}/tree/{commit}?recursive=true&expand=false"
        for _ in range(_MOST_PAGES):
            if url is None:
                return
            answer, url = self._json(url)
            if not isinstance(answer, list):
                self._odd("its list of files is none")
            for item in answer:
                if isinstance(item, dict) and item.get("type") == "file":
                    yield self._file(item)

    def fetch(self, commit: str, path: str, length: int, offset: int | None = None) -> bytes:
        """Return ``length`` bytes of a file: from ``offset`` on, or the whole where it is absent.

        Raises :class:`InputError` where the Hub does not send exactly those.
        """
        url = self._url(self.name.repository, path, revision=commit, endpoint=self._endpoint)
        headers = {}
        if offset is not None:
            headers["range"] = f"bytes={offset}-{offset + length - 1}"
        with self._open(url, headers) as response:
            if offset and response.status_code != 206:
                self._odd(f"it ignores which part of `{path}` is asked for")
            given = response.headers.get("content-range", "")
            if response.status_code == 206 and not given.startswith(f"bytes {offset}-"):
                self._odd(f"it sends another part of `{path}` than was asked for")
            # One byte more than a whole file should have tells whether it is longer.
            data = self._take(response, path, length + (offset is None))
        if len(data) != length:
            self._odd(f"it lists {length:,} bytes of `{path}` and sends {len(data):,}")
        return data

    @property
    def _models(self) -> str:
        return f"{self._endpoint}/api/models/{self.name.repository}"

    def _file(self, item: dict[str, Any]) -> HubFile:
        path, size, blob, lfs = (item.get(key) for key in ("path", "size", "oid", "lfs"))
        sha256 = lfs.get("oid") if isinstance(lfs, dict) else None
        if not isinstance(path, str) or not isinstance(blob, str):
            self._odd("its list of files is none")
        if type(size) is not int or not 0 <= size < 1 << 60:
            self._odd("its list of files has an impossible size")
        return HubFile(path, size, blob, sha256 if isinstance(sha256, str) else None)

    def _json(self, url: str) -> tuple[Any, str | None]:
        """Return an answer, and the address of its next page if there is one."""
        with self._open(url, {}) as response:
            following = response.links.get("next", {}).get("url")
            data = self._take(response, "", _ANSWER_LIMIT)
        # The token goes with the request, so the next page must be of the same Hub.
        if following is not None and not following.startswith(f"{self._endpoint}/api/"):
            self._odd("its list of files goes on elsewhere")
        try:
            return json.loads(data), following
        except (ValueError, RecursionError):
            self._odd("its answer is no JSON")

    @contextmanager
    def _open(self, url: str, headers: Mapping[str, str]) -> Iterator[Any]:
        try:
            with self._session.stream(
                "GET", url, headers={**self._headers, **headers}, timeout=self._timeout
            ) as response:
                if response.status_code not in (200, 206):
                    self._refused(response.status_code, response.headers.get("x-error-code", ""))
                if response.headers.get("content-encoding", "identity") != "identity":
                    self._odd("it sends what was not asked for: packed content")
                yield response
        except self._failures as error:
            self._unreachable(error)

    def _take(self, response: Any, path: str, most: int) -> bytes:
        """Read at most so many bytes and write down how many were read."""
        told = self.fetched.setdefault(path, Fetched())
        told.requests += 1
        data = bytearray()
        for piece in response.iter_raw(_PIECE):
            data += piece
            if len(data) >= most:
                break
        told.bytes += len(data)
        self.total += len(data) if path else 0
        return bytes(data[:most])

    def _refused(self, status: int, code: str) -> NoReturn:
        reason = _BY_CODE.get(code) or _BY_STATUS.get(status) or f"it answers with status {status}"
        raise InputError(f"`{self.name}`: {reason}", help=_HELP.get(code) or _HELP.get(status))

    def _unreachable(self, error: Exception) -> NoReturn:
        if type(error).__name__ == "OfflineModeIsEnabled":
            raise InputError(
                f"`{self.name}`: the network is switched off by HF_HUB_OFFLINE",
                help="unset it, or name a folder",
            ) from None
        raise InputError(
            f"`{self.name}`: the Hub at {self._endpoint} cannot be reached",
            help="check the connection and HF_ENDPOINT, or name a folder",
        ) from None

    def _odd(self, what: str) -> NoReturn:
        raise InputError(f"`{self.name}`: the Hub does not answer as it should: {what}")


def _bad_endpoint() -> NoReturn:
    raise InputError(
        "HF_ENDPOINT is not the address of a Hub", help="for example https://huggingface.co"
    )
