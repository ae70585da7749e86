"""The experiment of a run folder, from the folder alone: the files that it was asked with may be gone."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from experiments.drawn import read_parameters, too_few
from experiments.errors import Refused
from experiments.files import MANIFEST
from experiments.folder import Folder
from experiments.items import Item, Request
from experiments.origin import remedy
from experiments.parameters import DEFAULT, PRIOR, Source, source
from experiments.plan import NO_CASE, Experiment, Function, Group
from experiments.runner import Arm, simulate
from scenarios.load import NONE, Case, Scheme
from scenarios.problems import ScenarioError
from sim.parameters.quantities import Uncertainty
from sim.spec import WorldSpec

_OF_A_FUNCTION = "its worlds are those of a function that only the command that made the folder knows"
LOCATION = ("latitude", "longitude")  # absent numbers of a basin, null in the manifest


@dataclass(frozen=True)
class _Kept(Source):
    """Rows that a folder has kept, one a draw, of a source that is elsewhere; ``of``: hash of that source."""

    folder: Path = Path()
    of: str = ""

    @property
    def whole(self) -> bool:
        return False

    @property
    def known(self) -> int:
        return 0 if self.rows is None else len(self.rows)

    def row(self, draw: int) -> np.ndarray:
        if draw >= self.known:  # the source may have more: its first rows are those of other draws
            raise too_few(self.folder, self.known, draw + 1)
        return super().row(draw)

    def hash(self) -> str:
        return self.of


def restored(folder: Folder, counted: bool = False) -> Request:
    """All the worlds that a folder was asked for; ``Refused`` if its manifest does not say, or says otherwise
    than its hashes. ``counted``: they are only counted, so parameters that the folder keeps are not read."""
    manifest = folder.manifest
    try:
        spec, hashes = manifest["spec"], manifest["hashes"]
        groups = tuple(_group(name, content) for name, content in spec["groups"].items())
        other = any(isinstance(arm, Function) for group in groups for arm in group.arms.values())
        if "design" in spec:  # it says its rows itself
            rows = source(DEFAULT, (), spec["seed"])
        elif other:
            rows = _kept(folder, manifest, counted)
        else:
            rows = _source(folder, manifest, groups, counted)
        experiment = Experiment(
            spec["command"], spec["name"], spec["question"], spec["reference"], groups, spec["seed"], rows,
            _elsewhere if other else simulate,
        )  # fmt: skip
        if "design" in spec:
            experiment = _designed(experiment, spec["design"], other, manifest)
        request = Request(experiment, manifest["draws"], manifest["replicates"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused(
            f"{folder.path / MANIFEST}: does not say what was asked ({error!r}); {remedy(folder.path)}"
        ) from None
    if experiment.hash() != hashes["spec"]:
        raise Refused(
            f"{folder.path / MANIFEST}: its specification is not the one of its hash; it has been changed by "
            "hand, or another version of tremplin made it: give the command that made it again"
        )
    return request


def _designed(
    experiment: Experiment, plain: Mapping[str, Any], other: bool, manifest: Mapping[str, Any]
) -> Experiment:
    """The experiment with the rows of its design."""
    from experiments.sensitivity.design import Design, DesignSource
    from experiments.sensitivity.study import seconds_a_world
    from experiments.sensitivity.worlds import Model

    design = Design.of(plain)
    rows = DesignSource.made(manifest["parameters"], design, experiment.seed)
    how = experiment.simulate if other else Model(tuple(design.levers))
    return replace(
        experiment, source=rows, simulate=how, design=plain, outcomes=tuple(manifest.get("outcomes", ())),
        seconds_a_world=seconds_a_world(experiment.groups[0]), _cache={},
    )  # fmt: skip


def _group(name: str, content: Mapping[str, Any]) -> Group:
    """A group with its arms as they were."""
    if "functions" in content:
        functions = {policy: Function(known) for policy, known in content["functions"].items()}
        words = {key: content.get(key, "") for key in ("title", "description")}
        return Group(name, replace(NO_CASE, name=content["case"], **words), functions)
    world = dict(content["world"])
    changes, in_part = content["policies"], content.get("schemes", {})

    def arm(policy: str) -> WorldSpec:
        live = in_part.get(policy)
        schemes = [s for s in world["schemes"] if live is None or s["name"] in live]
        return world_of(world | {"schemes": schemes, "changes": changes[policy]})

    arms = {policy: arm(policy) for policy in changes if policy != NONE}
    published = world_of(world | {"changes": []})
    arms = {NONE: published.without_schemes()} | arms if NONE in changes else arms
    titles = content.get("titles", {})
    schemes = tuple(Scheme(s.name, titles.get(s.name, ""), "", {}) for s in published.schemes)
    case = Case(content["case"], content["title"], content["description"], published, (), schemes)
    mixes = {policy: tuple(in_part[policy]) for policy in content.get("mixes", ())}
    return Group(name, case, {policy: arms[policy] for policy in changes}, mixes)


def world_of(plain: Mapping[str, Any]) -> WorldSpec:
    """The specification that a manifest holds as plain data."""
    from pydantic import TypeAdapter

    territory = dict(plain["territory"])
    territory["basins"] = [
        {key: value for key, value in basin.items() if value is not None or key not in LOCATION}
        for basin in territory["basins"]
    ]
    return TypeAdapter(WorldSpec).validate_python({**plain, "territory": territory})


def _source(folder: Folder, manifest: Mapping[str, Any], groups: tuple[Group, ...], counted: bool) -> Source:
    """The parameters of this model: made again, taken again where they still are, so that there may be more
    draws, or as the folder has kept them."""
    spec = manifest["spec"]
    name, seed = spec["parameters"]["source"], spec["seed"]
    schemes = dict.fromkeys(scheme.name for group in groups for scheme in group.case.spec.schemes)
    if name in (DEFAULT, PRIOR):
        return source(name, schemes, seed)
    if not counted:
        with suppress(Refused, ScenarioError, OSError):
            again = source(name, schemes, seed)
            if again.hash() == manifest["hashes"]["parameters"]:
                return again
    return _kept(folder, manifest, counted, source(DEFAULT, schemes, seed).declared)


def _kept(
    folder: Folder, manifest: Mapping[str, Any], counted: bool, declared: tuple[Uncertainty, ...] = ()
) -> Source:
    """The parameters that the folder has kept; ``Refused`` if these are fewer than its draws."""
    spec, of = manifest["spec"], manifest["hashes"]["parameters"]
    name, seed = spec["parameters"]["source"], spec["seed"]
    if counted:
        return _Kept(name, declared, None, seed, folder=folder.path, of=of)
    table = read_parameters(folder.path)
    if table.num_rows < manifest["draws"]:
        raise too_few(folder.path, table.num_rows, manifest["draws"])
    names = [u.name for u in declared] or [name for name in table.column_names if name != "draw"]
    rows = np.column_stack([table.column(name).to_numpy() for name in names])
    declared = declared or tuple(Uncertainty(name, "", 0, 0, 1, "fixed", "", "", "") for name in names)
    return _Kept(name, declared, rows, seed, folder=folder.path, of=of)


def runs_alone(experiment: Experiment) -> bool:
    """Whether a folder alone is enough to run the worlds of a restored experiment: not where they are those
    of another function than the model."""
    return experiment.simulate is not _elsewhere


def must_run_alone(folder: Folder, experiment: Experiment) -> None:
    """``Refused`` if a folder alone is not enough to run its worlds, saying what is."""
    if not runs_alone(experiment):
        raise Refused(f"{folder.path}: {_OF_A_FUNCTION}; {remedy(folder.path)}")


def _elsewhere(item: Item) -> Iterator[Arm]:
    """Stands for a function that a folder cannot bring back."""
    raise Refused(_OF_A_FUNCTION)
