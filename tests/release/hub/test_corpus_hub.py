"""Real releases, served and read over the loopback address: the same facts, little fetched."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.extras import needed
from tests.release.hub.server import Repository, serving

from weighbridge.release.folder import Folder
from weighbridge.release.reader import read_release

pytestmark = pytest.mark.extra


def test_real_releases_say_the_same_over_the_network(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    constants = needed("huggingface_hub.constants", "the extra `hub`")
    from weighbridge.release.hub import HubName
    from weighbridge.release.hub_folder import open_hub

    folders = [each for each in sorted((corpus / "releases").iterdir()) if each.is_dir()]
    names = [f"org/{each.name.replace('--', '_')}" for each in folders]
    served = {name: Repository(each) for name, each in zip(names, folders, strict=True)}
    differ = []
    with serving(served) as hub:
        monkeypatch.setattr(constants, "ENDPOINT", hub.address)
        template = hub.address + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_IMPLICIT_TOKEN", True)
        for name, path in zip(names, folders, strict=True):
            local = Folder.open(path)
            local.name = name.partition("/")[2]
            remote = open_hub(HubName(name))
            here, there = read_release(local), read_release(remote)
            if (here.facts, here.findings) != (there.facts, there.findings):
                differ.append(name)
    assert len(folders) > 20
    assert differ == []
